/** How a finished copy enters a live file: as one transaction, if nobody wrote meanwhile. */
import { statSync } from 'node:fs'
import { reach } from '../../process/reach.ts'
import { stepWithin } from './copy-sqlite.ts'
import { isSameStamp, readClosedHeader, type Stamp, type Stamper } from './observe-sqlite.ts'
import { openSqlite, type SqliteBackup } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import type { WriteLock } from './write-lock.ts'

/** What enters, and where. */
export interface Entrance {
  /** The copy, of at least one page. */
  readonly copy: string
  readonly live: string
  readonly stamper: Stamper
  /** When the copy was made of the live file. */
  readonly before: Stamp
  readonly waitMs: number
  /** The write lock, where it is held; given up where it must be taken again. */
  readonly lock: WriteLock | null
  /** Makes another snapshot under the lock, where what was written is to be replaced; null where it is not. */
  readonly again: (() => Promise<void>) | null
}

/** How far it came, which counts where an error ends it. `writing`: pages were handed over, and it is not known what became of them. */
export interface Progress {
  at: 'outside' | 'writing' | 'entered'
}

/**
 * Enters. `step(0)` takes the write lock and copies nothing; only then is it certain that nobody can write any more, and it is looked whether
 * anybody did. Whether it is in is what SQLite reports: https://www.sqlite.org/c3ref/backup_finish.html#sqlite3backupstep
 * @param driver the sqlite3 package
 * @param entrance what enters, and where
 * @param progress set on the way; it stays `outside` when somebody wrote since `before`, and the live file is then as they left it
 */
export async function enterLive(driver: SqliteDriver, entrance: Entrance, progress: Progress): Promise<void> {
  const { copy, live, stamper, before, waitMs, lock, again } = entrance
  const half = halfOf(copy)
  const held = lock?.writer ?? null
  const writer = held ?? (await openSqlite(driver, live, 'write'))
  try {
    const backup = await writer.openBackup(copy, 'in')
    try {
      if (held === null) await lock?.release()
      if (await stepWithin(backup, 0, waitMs, live)) {
        progress.at = 'entered'
        return
      }
      reach('dev-locked')
      const now = await stamper.stamp()
      if (now.identity !== before.identity || (again === null && !isSameStamp(before, now))) return
      if (!isSameStamp(before, now)) await again?.()
      await handOver(backup, half, entrance, progress)
    } finally {
      await backup.finish()
    }
  } finally {
    if (held === null) await writer.close().catch(() => undefined)
  }
}

/** In two steps, so that a test can kill it between them. The lock is held from step to step, and nothing is in before the last. */
async function handOver(backup: SqliteBackup, half: number, { live, waitMs }: Entrance, progress: Progress) {
  progress.at = 'writing'
  const isIn = await stepWithin(backup, half, waitMs, live)
  reach('dev-half-entered')
  if (!isIn && !(await stepWithin(backup, -1, waitMs, live)))
    throw new Error(`${live}: the copy did not enter to its last page`)
  progress.at = 'entered'
  reach('dev-entered')
}

/** Half of the pages. */
function halfOf(copy: string): number {
  const { pageSize } = readClosedHeader(copy)
  return pageSize === 0 ? 1 : Math.max(1, Math.floor(statSync(copy).size / pageSize / 2))
}
