/** The copies of the dev database that were taken before it could change: what there is, and which are dropped. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { Dialect } from '../dialect/dialect.ts'

/** One snapshot. `at`: milliseconds since 1970. */
export interface Snapshot {
  readonly id: string
  readonly at: number
  readonly bytes: number
  /** What was about to happen. */
  readonly reason: string
  /** The database it was taken of. */
  readonly label: string
}

/** The snapshots of one project. */
export interface SnapshotFolder {
  /** An id that no snapshot has yet, and where its copy goes. */
  next(now: number): { readonly id: string; readonly target: Target }
  /** Records a copy that is complete; only recorded ones count. Drops the oldest ones beyond the limit. */
  record(snapshot: Snapshot): Promise<void>
  /** Takes a record back; the copy is the caller's to remove. */
  forget(id: string): void
  /** Oldest first. */
  list(): readonly Snapshot[]
  /** The copy of a snapshot. */
  target(id: string): Target
}

/**
 * The snapshots in a folder.
 * @param dialect makes and removes the copies
 * @param folder absolute path; need not exist
 * @param keep how many are kept
 */
export function openSnapshots(dialect: Dialect, folder: string, keep: number): SnapshotFolder {
  const target = (id: string): Target => dialect.scratch(folder, id)
  const list = (): readonly Snapshot[] => {
    if (!existsSync(folder)) return []
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    return names.flatMap((name) => readRecord(join(folder, name))).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  }
  return {
    next(now) {
      mkdirSync(folder, { recursive: true })
      const taken = new Set(readdirSync(folder).map((name) => name.replace(/\..*$/, '')))
      const stamp = new Date(now).toISOString().replace(/\D/g, '').slice(0, 17)
      const base = `${stamp.slice(0, 8)}-${stamp.slice(8, 14)}-${stamp.slice(14)}`
      let id = base
      for (let count = 2; taken.has(id); count++) id = `${base}-${count}`
      return { id, target: target(id) }
    },
    async record(snapshot) {
      const file = join(folder, `${snapshot.id}.json`)
      writeFileSync(`${file}.new`, `${JSON.stringify(snapshot, null, 2)}\n`)
      renameSync(`${file}.new`, file)
      const all = list()
      for (const old of all.slice(0, Math.max(0, all.length - keep))) {
        rmSync(join(folder, `${old.id}.json`), { force: true })
        await dialect.removeScratch(target(old.id))
      }
    },
    forget: (id) => rmSync(join(folder, `${id}.json`), { force: true }),
    list,
    target,
  }
}

function readRecord(file: string): readonly Snapshot[] {
  try {
    return [JSON.parse(readFileSync(file, 'utf8')) as Snapshot]
  } catch {
    // Half-written, or not ours: it does not count.
    return []
  }
}
