/** The copies of the dev database that were taken before it could change, or by hand: what there is, and which are dropped. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { Dialect, Seal } from '../dialect/dialect.ts'
import { makeOwnFolder } from '../process/make-own-folder.ts'
import { reach } from '../process/reach.ts'
import { type LastChanges, openLastChanges } from './last-change.ts'
import { isSnapshotId, snapshotFile } from './snapshot-id.ts'
import { writeWhole } from './write-whole.ts'

/** One snapshot. `at`: milliseconds since 1970. */
export interface Snapshot {
  readonly id: string
  /** What it was called when it was saved by hand; null where it was not named. */
  readonly name: string | null
  readonly at: number
  readonly bytes: number
  /** What was about to happen. */
  readonly reason: string
  /** Taken without being asked for; only such ones are dropped for others. */
  readonly automatic: boolean
  /** Taken only because code of the project was about to run. A few are kept, and they never push out one of another kind. */
  readonly isBeforeCode?: boolean
  /** Taken before another snapshot took the place of dev: it holds what somebody did not want. */
  readonly isDiscarded?: boolean
  /** Names of the migrations that were applied, in order of application; null where that is not known. */
  readonly migrations: readonly string[] | null
  /** The database it was taken of. */
  readonly label: string
  /** What its copy was when it was taken; null in a record of an earlier devdb, and until the checksum is computed. */
  readonly seal: Seal | null
}

/** How many automatic snapshots are kept, and how large they may be together, in bytes. The newest one stays whatever its size. */
export interface SnapshotBounds {
  readonly keep: number
  readonly maxBytes: number
}

/** How many are kept that were taken only because code was about to run. */
const keptBeforeCode = 3

/** The snapshots of one project. */
export interface SnapshotFolder {
  /** An id that no snapshot has yet, and where its copy goes. */
  next(now: number): { readonly id: string; readonly target: Target }
  /** Records a copy that is complete; only recorded ones count. */
  record(snapshot: Snapshot): void
  /** Takes a record back; the copy is the caller's to remove. */
  forget(id: string): void
  /** Removes a snapshot with its copy. */
  remove(id: string): Promise<void>
  /** Oldest first; only those whose copy is there. */
  list(): Promise<readonly Snapshot[]>
  /** The copy of a snapshot. */
  target(id: string): Target
  /** What entered dev after a snapshot was taken: dev right after that change. */
  entered(id: string): Target
  /** What was done to dev last. */
  readonly lastChanges: LastChanges
  /** Removes what a killed devdb left half-written. Only for who holds the lock of the project: another process may be writing one. */
  removeLeftovers(): Promise<void>
  /**
   * Removes leftovers, and the oldest automatic ones beyond the bounds. The snapshot that an undo needs stays. Under the lock, too.
   * @param fresh ids of others that must stay this time
   */
  tidy(fresh?: readonly string[]): Promise<void>
}

/**
 * The snapshots in a folder.
 * @param dialect makes and removes the copies
 * @param folder absolute path; need not exist
 * @param bounds how much is kept
 */
export function openSnapshots(dialect: Dialect, folder: string, bounds: SnapshotBounds): SnapshotFolder {
  const target = (id: string): Target => dialect.scratch(folder, checked(id))
  const entered = (id: string): Target => dialect.scratch(folder, `${checked(id)}.entered`)
  const fileOf = (id: string): string => join(folder, `${checked(id)}.json`)
  const lastChanges = openLastChanges(join(folder, 'last-change.json'))

  const list = async (): Promise<readonly Snapshot[]> => {
    const found: Snapshot[] = []
    for (const name of namesIn(folder)) {
      const snapshot = snapshotFile(name) !== null && name.endsWith('.json') ? readRecord(folder, name) : null
      if (snapshot !== null && (await dialect.exists(target(snapshot.id)))) found.push(snapshot)
    }
    return found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  }
  // The record first: a copy without one does not count.
  const remove = async (id: string): Promise<void> => {
    rmSync(fileOf(id), { force: true })
    reach('snapshot-forgotten')
    await dialect.removeScratch(target(id))
    // A change is called as its first snapshot is, and may need another one.
    if (!lastChanges.ids().includes(id)) await dialect.removeScratch(entered(id))
  }

  return {
    next(now) {
      makeOwnFolder(folder)
      const taken = new Set(readdirSync(folder).map((name) => name.replace(/\..*$/, '')))
      const stamp = new Date(now).toISOString().replace(/\D/g, '').slice(0, 17)
      const base = `${stamp.slice(0, 8)}-${stamp.slice(8, 14)}-${stamp.slice(14)}`
      let id = base
      for (let count = 2; taken.has(id); count++) id = `${base}-${count}`
      return { id, target: target(id) }
    },
    record: (snapshot) => writeWhole(fileOf(snapshot.id), snapshot),
    forget: (id) => rmSync(fileOf(id), { force: true }),
    remove,
    list,
    target,
    entered,
    lastChanges,
    removeLeftovers,
    async tidy(fresh = []) {
      await removeLeftovers()
      const needed = lastChanges.ids()
      const neededSnapshots = [...lastChanges.snapshots(), ...fresh]
      const all = (await list()).filter((snapshot) => snapshot.automatic).reverse()
      const [beforeCode, automatic] = [all.filter(isBeforeCode), all.filter((snapshot) => !isBeforeCode(snapshot))]
      let bytes = 0
      for (const id of needed) bytes += await dialect.sizeOf(entered(id))
      const enteredBytes = bytes
      for (const [index, snapshot] of automatic.entries()) {
        bytes += snapshot.bytes
        const isWithin = index < bounds.keep && bytes <= bounds.maxBytes
        if (isWithin || index === 0 || neededSnapshots.includes(snapshot.id)) continue
        bytes -= snapshot.bytes
        await remove(snapshot.id)
      }
      for (const [index, snapshot] of beforeCode.entries()) {
        bytes += snapshot.bytes
        const isWithin = index < keptBeforeCode && bytes <= bounds.maxBytes
        if (isWithin || index === 0 || neededSnapshots.includes(snapshot.id)) continue
        bytes -= snapshot.bytes
        await remove(snapshot.id)
      }
      // It only tells what was written since; a snapshot is worth more.
      if (enteredBytes > 0 && bytes > bounds.maxBytes) for (const id of needed) await dialect.removeScratch(entered(id))
    },
  }

  async function removeLeftovers(): Promise<void> {
    const names = namesIn(folder)
    const needed = lastChanges.ids()
    for (const name of names) {
      const file = snapshotFile(name)
      if (file === null || (file.isEntered && needed.includes(file.id))) continue
      const { id, isEntered } = file
      if (isEntered) await dialect.removeScratch(entered(id))
      else if (name.endsWith('.new')) rmSync(join(folder, name), { force: true })
      else if (!names.includes(`${id}.json`)) await dialect.removeScratch(target(id))
      else if (!(await dialect.exists(target(id)))) rmSync(fileOf(id), { force: true })
      else dialect.tidySnapshot(target(id))
    }
  }
}

/** @throws Error for a word that is no id: it must not become the name of a file */
function checked(id: string): string {
  if (!isSnapshotId(id)) throw new Error(`"${id}" is no id of a snapshot`)
  return id
}
const isBeforeCode = (snapshot: Snapshot): boolean => snapshot.isBeforeCode === true

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Null: not readable, or not what was written here. What older records lack is filled in. */
function readRecord(folder: string, name: string): Snapshot | null {
  try {
    const record = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Partial<Snapshot>
    const { id, at, bytes, reason, label } = record
    if (typeof id !== 'string' || `${id}.json` !== name || typeof at !== 'number' || typeof bytes !== 'number')
      return null
    if (typeof reason !== 'string' || typeof label !== 'string') return null
    const { name: called = null, automatic = true, migrations = null } = record
    const kind = {
      ...(record.isBeforeCode === true ? { isBeforeCode: true } : {}),
      ...(record.isDiscarded === true ? { isDiscarded: true } : {}),
    }
    return { id, name: called, at, bytes, reason, automatic, ...kind, migrations, label, seal: sealIn(record.seal) }
  } catch {
    return null
  }
}

function sealIn(value: Partial<Seal> | null | undefined): Seal | null {
  const { bytes, sum, access = null } = value ?? {}
  return typeof bytes === 'number' && typeof sum === 'string' ? { bytes, sum, access } : null
}
