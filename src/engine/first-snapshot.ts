/** Is there a copy of dev from before code of the project first ran? */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { toProblem } from '../error.ts'
import { devStamp } from './dev-stamp.ts'
import { readKept } from './kept-json.ts'
import type { Project } from './project.ts'
import { saveSnapshot } from './save-snapshot.ts'

/** What was guarded last. Hashes only: the environment of a step may hold a password. */
interface Guarded {
  /** Of all that the configuration says of code. */
  readonly definition: string
  /** The snapshot that was taken, and what dev's files looked like then. */
  readonly snapshot: string
  readonly stamp: string
  /** Dev's files, for who looks at them before the configuration says which they are. */
  readonly files: readonly string[]
}

const fileIn = (folder: string): string => join(folder, 'guarded.json')

/** The files of the dev database of last time; none where that is not known. */
export function guardedFiles(folder: string): readonly string[] {
  const { files } = readKept<{ readonly files?: unknown }>(fileIn(folder), {})
  return Array.isArray(files) ? files.filter((file) => typeof file === 'string') : []
}

/**
 * Whether dev must be copied before code of the project runs: it never was, or the configuration names other code by now. Without a dev database
 * there is nothing to copy.
 * @param project the project
 */
export async function isSnapshotDue(project: Project): Promise<boolean> {
  const { definition } = readKept<Partial<Guarded>>(fileIn(project.config.folder), {})
  return definition !== definitionOf(project) && project.dialect.exists(project.config.dev)
}

/**
 * Copies dev to the snapshots where that is due. One copy serves all kinds of code. Under the lock.
 * @param project the project
 * @throws what `saveSnapshot` throws, but not for a dev that cannot be read: nothing could be saved of it
 */
export async function snapshotBeforeCode(project: Project): Promise<void> {
  if (project.guard.isCopied || !(await isSnapshotDue(project))) return
  const { change } = project.guard
  if (change !== null) {
    change.isFirst = true
    return
  }
  const known = readKept<Partial<Guarded>>(fileIn(project.config.folder), {})
  const stamp = devStamp(project)
  const isHeld = known.stamp === stamp && (await project.snapshots.list()).some(({ id }) => id === known.snapshot)
  const snapshot = isHeld ? known.snapshot : await save(project)
  if (snapshot != null) noteSnapshot(project, snapshot, stamp)
}

/**
 * Notes which snapshot is the one from before code ran.
 * @param project the project
 * @param snapshot its id
 * @param stamp what dev's files looked like when it was taken; nothing where they are others by now
 */
export function noteSnapshot(project: Project, snapshot: string, stamp = ''): void {
  const files = project.dialect.filesOf(project.config.dev)
  const guarded: Guarded = { definition: definitionOf(project), snapshot, stamp, files }
  project.keep(fileIn(project.config.folder), guarded)
}

async function save(project: Project): Promise<string | null> {
  try {
    const wish = { reason: 'before code of the project ran', name: null, isBeforeCode: true }
    return (await saveSnapshot(project, wish, project.store.emit)).id
  } catch (error) {
    if (toProblem(error).code === 'dev-unreadable') return null
    throw error
  }
}

/** What the configuration says of code, and which database it could reach: another text where other code would run. */
function definitionOf({ config }: Project): string {
  const { dev, models, migrations, baseline, steps, hooks, loader, cwd } = config
  const said = JSON.stringify([dev.url, models, migrations, baseline, steps, hooks, loader, cwd])
  return createHash('sha256').update(said).digest('hex')
}
