/** Is `.devdb` devdb's own folder? Only then is anything in it written or removed. */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { DevdbError } from '../error.ts'
import { shellWord } from '../process/shell-word.ts'

/** Says that devdb made the folder. */
const markName = 'made-by-devdb'

/** What is made before the mark: locks and the log of version 0.1.0, and what the loader of TypeScript compiled. */
const isEarly = /^(?:transpiled|devdb\.log|(?:work|watch)\.lock.*)$/

/** What is a file here, and is written whole: a link of such a name is removed, and never followed. Other links are refused. */
const isOwnFile = /^(?:\.gitignore|made-by-devdb|devdb\.log(?:\.1)?|[\w.-]+\.json(?:\.\w+)*(?:\.new)?)$/

/** How old a half-written file is that a killed process left, in milliseconds. */
const leftMs = 60_000

/**
 * Makes `.devdb` where it is absent, for its owner alone; it ignores itself for git.
 * @param folder absolute path
 * @throws DevdbError `folder-refused` where it is a link, no folder, or holds what devdb did not make; `file-failed` where it cannot be written
 */
export function claimFolder(folder: string): void {
  const status = lstatSync(folder, { throwIfNoEntry: false })
  if (status?.isSymbolicLink()) throw refused(folder, 'is a link, and devdb follows none', `rm ${shellWord(folder)}`)
  if (status !== undefined && !status.isDirectory())
    throw new DevdbError('file-failed', `${folder} is not a directory, and devdb needs a folder of that name`, {
      file: folder,
      hint: `look at it, then: mv ${shellWord(folder)} ${shellWord(`${folder}.old`)}`,
    })
  try {
    if (status === undefined) mkdirSync(folder, { recursive: true, mode: 0o700 })
    const entries = readdirSync(folder, { withFileTypes: true })
    if (!isOwn(folder, entries))
      throw refused(
        folder,
        'holds files, and devdb did not make it',
        `mv ${shellWord(folder)} ${shellWord(`${folder}.old`)}`,
      )
    if (status !== undefined && (status.mode & 0o077) !== 0) attempt(() => chmodSync(folder, status.mode & 0o700))
    for (const entry of entries) lookAt(folder, entry)
    writeOwn(join(folder, '.gitignore'), '*\n')
    writeOwn(join(folder, markName), 'devdb made this folder, and removes files in it\n')
  } catch (error) {
    throw error instanceof DevdbError ? error : unwritable(folder, error as NodeJS.ErrnoException)
  }
}

/** Version 0.1.0 knew no mark; its folders ignore themselves for git. */
function isOwn(folder: string, entries: readonly Dirent[]): boolean {
  if (entries.every(({ name }) => isEarly.test(name))) return true
  if (entries.some((entry) => entry.name === markName && entry.isFile())) return true
  return entries.some(
    (entry) => entry.name === '.gitignore' && entry.isFile() && textOf(join(folder, entry.name)).trim() === '*',
  )
}

function lookAt(folder: string, entry: Dirent): void {
  const path = join(folder, entry.name)
  if (entry.isSymbolicLink()) {
    if (!isOwnFile.test(entry.name)) throw refused(path, 'is a link, and devdb follows none', `rm ${shellWord(path)}`)
    rmSync(path, { force: true })
  } else if (/\.w[0-9a-f]{12}\.new$/.test(entry.name)) {
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status?.isFile() && Date.now() - status.mtimeMs > leftMs) attempt(() => rmSync(path, { force: true }))
  }
}

/** A file that is there already is not written again. */
function writeOwn(path: string, text: string): void {
  const status = lstatSync(path, { throwIfNoEntry: false })
  if (status?.isFile() && textOf(path) === text) return
  replaceFile(path, text)
}

/**
 * Replaces a file, before or after, never half; a link of its name is replaced too, and not followed.
 * @param path absolute path, in a folder that is there
 * @param text the whole content
 * @param mode of the file; a committed one is for everybody whom the umask allows
 */
export function replaceFile(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.w${randomBytes(6).toString('hex')}.new`
  try {
    writeFileSync(draft, text, { flag: 'wx', mode })
    renameSync(draft, path)
  } catch (error) {
    attempt(() => rmSync(draft, { force: true }))
    throw error
  }
}

const textOf = (path: string): string => readFileSync(path, 'utf8')

function attempt(act: () => void): void {
  try {
    act()
  } catch {
    // What is not ours to change stays as it is.
  }
}

const refused = (path: string, why: string, command: string): DevdbError =>
  new DevdbError('folder-refused', `${path} ${why}`, { file: path, hint: `look at it, then: ${command}` })

const unwritable = (folder: string, error: NodeJS.ErrnoException): DevdbError =>
  error.code === 'ENOSPC' || error.code === 'EDQUOT'
    ? new DevdbError('disk-full', `${basename(folder)} cannot be written: ${error.message}`, {
        hint: 'free some space and repeat',
        cause: error,
      })
    : new DevdbError('file-failed', `${basename(folder)} cannot be written: ${error.message}`, {
        file: error.path === undefined ? folder : error.path.replace(/\.w[0-9a-f]{12}\.new$/, ''),
        hint: `devdb needs a folder of its own there: ls -ld ${shellWord(folder)} ${shellWord(join(folder, '..'))}`,
        cause: error,
      })
