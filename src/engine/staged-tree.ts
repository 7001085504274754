/** What would be committed, as a folder: the files of git's index, with all that the project has beside them and git ignores. */
import {
  type Dirent,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, sep } from 'node:path'
import { DevdbError } from '../error.ts'
import { openGit } from '../process/git.ts'
import { isRunning } from '../process/is-running.ts'

/** A checkout of the index. Paths in it are those of the project with `prefix` before them. */
export interface StagedTree {
  readonly prefix: string
  /** Files of the project that are not in the index as they are now, absolute: new ones and changed ones. */
  readonly unstaged: readonly string[]
  /** Lets the folder be a working tree of the same repository, for who asks git about earlier commits. */
  lendGit(): Promise<void>
  remove(): void
}

/**
 * Checks the index out to a temporary folder. The index itself, the working tree and git's own folder stay as they are.
 * @param folder a folder of the working tree, absolute and without symbolic links
 * @param signal cancels it
 * @throws DevdbError `git-failed`; `interrupted`
 */
export async function checkOutIndex(folder: string, signal: AbortSignal): Promise<StagedTree> {
  const git = openGit(folder, signal)
  removeLeftovers()
  const prefix = realpathSync(mkdtempSync(join(tmpdir(), `${ownNames}${process.pid}-`)))
  const remove = (): void => removeTree(prefix)
  process.once('exit', remove)
  const tree = {
    prefix,
    remove() {
      process.off('exit', remove)
      remove()
    },
  }
  try {
    const [conflict] = await git.paths('diff', '--name-only', '--diff-filter=U', '-z')
    if (conflict !== undefined) throw unmerged(relative(git.top, conflict))
    const place = prefix + git.top
    mkdirSync(place, { recursive: true })
    await git.run('checkout-index', '--all', '--quiet', `--prefix=${place}/`)
    // Only announced with `git add --intent-to-add`: in the index they are empty.
    const announced = await git.paths('diff', '--name-only', '--diff-filter=A', '-z')
    for (const path of announced) rmSync(prefix + path, { force: true })
    const ignored = await git.paths('ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z')
    const others = await git.paths('ls-files', '--others', '--exclude-standard', '--directory', '-z')
    const packages = others.filter((path) => basename(path) === 'node_modules')
    for (const path of [...ignored, ...packages]) link(path.replace(/\/$/, ''), prefix, git.top)
    linkPackagesAbove(dirname(git.top), prefix)
    const changed = await git.paths('diff', '--name-only', '--diff-filter=AMT', '-z')
    const fresh = await git.paths('ls-files', '--others', '--exclude-standard', '-z')
    return {
      ...tree,
      unstaged: [...new Set([...changed, ...fresh])].sort(),
      async lendGit() {
        const folderOfGit = (await git.run('rev-parse', '--absolute-git-dir')).trim()
        // As in a linked working tree: https://git-scm.com/docs/gitrepository-layout
        writeFileSync(join(place, '.git'), `gitdir: ${folderOfGit}\n`)
      },
    }
  } catch (error) {
    tree.remove()
    throw error
  }
}

/** The process ids of a container are its own, and its folder for temporary files may be everybody's: https://man7.org/linux/man-pages/man7/pid_namespaces.7.html */
function namespaceOf(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch {
    return '0'
  }
}

/** How the names of these folders begin; a process id follows. */
const ownNames = `devdb-staged-${namespaceOf()}-`

/** Those of processes that were killed. */
function removeLeftovers(): void {
  for (const { name } of entriesOf(tmpdir())) {
    const pid = name.startsWith(ownNames) ? /^\d+/.exec(name.slice(ownNames.length))?.[0] : undefined
    if (pid !== undefined && !isRunning(Number(pid))) removeTree(join(tmpdir(), name))
  }
}

/** What cannot be removed does no harm to what was found in it. */
function removeTree(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  } catch {
    // See above.
  }
}

/** Of single files those that code reads when it starts; a database is never one of them. */
const isSetting = (name: string): boolean => name.startsWith('.') || /\.(?:json|[cm]?[jt]sx?|ya?ml)$/.test(name)

function link(path: string, prefix: string, top: string): void {
  const name = basename(path)
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  const place = prefix + path
  // What devdb keeps, it keeps of the working tree.
  if (path.split(sep).includes('.devdb') || (!isFolder && !isSetting(name)) || existsSync(place)) return
  mkdirSync(dirname(place), { recursive: true })
  if (name === 'node_modules') linkPackages(path, prefix, top)
  else symlinkSync(path, place)
}

/** Packages of a workspace are links to folders of the working tree: here they lead to what is staged of them. */
function linkPackages(folder: string, prefix: string, top: string): void {
  const entries = entriesOf(folder)
  const scopes = entries.filter(({ name }) => name.startsWith('@'))
  const packages = [
    ...entries.filter((entry) => !scopes.includes(entry)).map(({ name }) => name),
    ...scopes.flatMap(({ name }) => entriesOf(join(folder, name)).map((inner) => join(name, inner.name))),
  ]
  const staged = new Map(
    packages.flatMap((name) => {
      const target = targetOf(join(folder, name))
      const isOwn = target.startsWith(top + sep) && !target.split(sep).includes('node_modules')
      return isOwn && existsSync(prefix + target) ? [[name, prefix + target] as const] : []
    }),
  )
  if (staged.size === 0) {
    symlinkSync(folder, prefix + folder)
    return
  }
  for (const name of packages) {
    const place = join(prefix + folder, name)
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(staged.get(name) ?? join(folder, name), place)
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function targetOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Where the repository itself lies in a workspace. */
function linkPackagesAbove(folder: string, prefix: string): void {
  const packages = join(folder, 'node_modules')
  if (existsSync(packages) && !existsSync(prefix + packages)) symlinkSync(packages, prefix + packages)
  if (dirname(folder) !== folder) linkPackagesAbove(dirname(folder), prefix)
}

const unmerged = (path: string): DevdbError =>
  new DevdbError('git-failed', `${path} has a conflict that is not resolved`, { hint: `git add '${path}'` })
