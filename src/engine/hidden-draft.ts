/** Where is a draft while it is tested? Beside the migrations, under a name that is no migration's; it gets its own name when it passes. */
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { downPath, type MigrationFile } from '../migration/migration-folder.ts'
import { reach } from '../process/reach.ts'
import type { DraftScript } from './compose-draft.ts'
import type { Project } from './project.ts'

/** A draft that is no migration yet. */
export interface HiddenDraft {
  /** The name that it is to have, and the path where it is now. */
  readonly migration: MigrationFile
  /** Adds a line at its top. */
  mark(words: string): void
  /** Gives it its name, which nobody else may have. */
  publish(): void
  remove(): void
}

/** How hidden names begin; what begins with a dot is no migration. */
const prefix = '.devdb-draft-'

/**
 * Writes a draft under its hidden name.
 * @param script what was drafted
 */
export function writeHiddenDraft({ migration, files }: Pick<DraftScript, 'migration' | 'files'>): HiddenDraft {
  // A migration may be called by its folder.
  const [dir, file] = [dirname(migration.path), basename(migration.path)]
  const path = join(dir, `${prefix}${file}`)
  const newFolder = mkdirSync(dir, { recursive: true })
  // The second one is its way back.
  const places = [path, downPath(path)]
  for (const [index, { text }] of files.entries()) writeFileSync(places[index]!, text, { flag: 'wx' })
  reach('draft-written')
  return {
    migration: { name: migration.name, path },
    mark: (words) => writeFileSync(path, `${words}\n${readFileSync(path, 'utf8')}`),
    publish: () => publish(dir, file),
    remove: () => {
      remove(dir, file)
      if (newFolder !== undefined) removeEmpty(dir)
    },
  }
}

/** The folder that was made for a draft, where nothing else is in it by now. */
function removeEmpty(dir: string): void {
  try {
    rmdirSync(dir)
  } catch {
    // Somebody uses it.
  }
}

/**
 * Finishes or removes what a killed process left: a draft that dev has applied, for it was adopted, gets its name, and any other goes. Only
 * under the lock.
 * @param project the project
 */
export async function settleHiddenDrafts(project: Project): Promise<void> {
  const { dir } = project.config.migrations
  const names = hiddenIn(dir)
  if (names.length === 0) return
  const applied = await readApplied(project)
  for (const name of names) {
    // Where dev cannot be read, the next one decides.
    if (applied === null) return
    if (applied.includes(name) && !existsSync(join(dir, name))) publish(dir, name)
    else forget(dir, name)
  }
}

/** Null where dev cannot be read now. */
async function readApplied({ config, dialect }: Project): Promise<readonly string[] | null> {
  try {
    if (!(await dialect.exists(config.dev))) return []
    const connection = await dialect.openForReading(config.dev)
    return await dialect.readMetaTable(connection, config.migrations.meta).finally(() => connection.close())
  } catch {
    return null
  }
}

function publish(dir: string, name: string): void {
  const [from, to] = [join(dir, `${prefix}${name}`), join(dir, name)]
  const [downFrom, downTo] = [downPath(from), downPath(to)]
  // The way back first: without it the migration would be another one.
  const hasDown = downFrom !== from && existsSync(downFrom)
  if (hasDown) giveName(downFrom, downTo)
  reach('draft-half-named')
  try {
    giveName(from, to)
  } catch (error) {
    if (hasDown) rmSync(downTo, { force: true })
    throw error
  }
  remove(dir, name)
}

/** Never over a file that is there: link(2) refuses that, and a copy where the file system has no links. */
function giveName(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  try {
    linkSync(from, to)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    // A process that was killed had come as far as this.
    if (code === 'EEXIST' && readFileSync(to, 'utf8') === readFileSync(from, 'utf8')) return
    if (!noLinks.has(code)) throw error
    copyFileSync(from, to, constants.COPYFILE_EXCL)
  }
}

/** https://man7.org/linux/man-pages/man2/link.2.html */
const noLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

function remove(dir: string, name: string): void {
  const path = join(dir, `${prefix}${name}`)
  for (const file of new Set([downPath(path), path])) rmSync(file, { force: true })
}

/** Removes a draft that is to be no migration, and its way back also where it has its name already. */
function forget(dir: string, name: string): void {
  const [from, to] = [downPath(join(dir, `${prefix}${name}`)), downPath(join(dir, name))]
  const isHalfNamed = name.endsWith('.sql') && existsSync(from) && existsSync(to) && !existsSync(join(dir, name))
  if (isHalfNamed && readFileSync(from, 'utf8') === readFileSync(to, 'utf8')) rmSync(to)
  remove(dir, name)
}

/** The names that hidden drafts are to have; without the ways back, which go with them. */
function hiddenIn(dir: string): readonly string[] {
  try {
    const hidden = readdirSync(dir).filter((name) => name.startsWith(prefix))
    const ways = new Set(hidden.map((name) => downPath(name)).filter((down) => hidden.includes(down)))
    return hidden.filter((name) => !ways.has(name) || !name.endsWith('.sql')).map((name) => name.slice(prefix.length))
  } catch {
    return []
  }
}
