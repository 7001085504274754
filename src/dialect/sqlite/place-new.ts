/** How a database is put where none is, whole from its first moment on. */
import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { DevdbError } from '../../error.ts'
import { reach } from '../../process/reach.ts'
import { copyClosed, removeSqlite, settle } from './copy-sqlite.ts'
import { moveAside } from './move-aside.ts'
import { descriptorOf } from './observe-sqlite.ts'
import { sumOf, sumOfOpen } from './seal-sqlite.ts'
import { openSqlite } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { truePath } from './sqlite-target.ts'

/** What is placed, and how. */
export interface Placing {
  /** A finished copy; gone afterwards. */
  readonly copy: string
  /** A name that must be free. */
  readonly path: string
  /** Where files of a dead database go that are in the way. */
  readonly aside: string
  /** It is put there in WAL mode. */
  readonly isWal?: boolean
  /** Who may read and write it, as bits of a file's mode; null where it is made as the umask says. */
  readonly mode?: number | null
}

/** What came of it. */
export interface Placed {
  /** False: the name was taken. */
  readonly isPlaced: boolean
  /** Files of a dead database, where they are now. */
  readonly moved: readonly string[]
}

/**
 * Moves a finished copy to a name that must be free: a link fails where a rename would replace. Then it is read at its new place.
 * @throws DevdbError `dev-touched` where something else is there than was put there
 */
export async function placeNew(driver: SqliteDriver, placing: Placing): Promise<Placed> {
  const { copy, isWal = false, mode = null } = placing
  const live = truePath(placing.path)
  mkdirSync(dirname(live), { recursive: true })
  await settle(driver, copy, isWal ? ['journal_mode = WAL'] : [])
  chmodSync(copy, mode ?? 0o666 & ~process.umask())
  syncFile(copy)
  const sum = await sumOf(copy)
  const moved = moveAside(live, placing.aside)
  if (!link(copy, live)) return { isPlaced: false, moved }
  reach('dev-placed')
  removeSqlite(copy)
  await checkPlaced(driver, live, sum)
  return { isPlaced: true, moved }
}

/** @returns false where the name is taken */
function link(copy: string, live: string): boolean {
  try {
    linkSync(copy, live)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    // Another file system, or one without links.
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'ENOTSUP') throw error
    if (existsSync(live)) return false
    const beside = `${live}.devdb-${process.pid}`
    copyClosed(copy, beside)
    syncFile(beside)
    renameSync(beside, live)
  }
  return true
}

/** SQLite takes a journal or a -wal into the file when it is opened, so that is done before it is looked. */
async function checkPlaced(driver: SqliteDriver, live: string, sum: string): Promise<void> {
  const connection = await openSqlite(driver, live, 'write')
  await connection.all('SELECT count(*) FROM sqlite_master').finally(() => connection.close())
  const descriptor = descriptorOf(live)
  if (descriptor !== null && (await sumOfOpen(descriptor)) === sum) return
  throw new DevdbError('dev-touched', `${live} was made, and somebody else wrote to it in the same moment`, {
    file: live,
    hint: 'look whether it holds what it should: devdb status',
  })
}

/** Waits until the disk has it. */
export function syncFile(file: string): void {
  if (!existsSync(file)) return
  const descriptor = openSync(file, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
