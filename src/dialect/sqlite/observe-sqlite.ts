/** Whether anyone wrote to a SQLite file meanwhile. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { Observer } from '../dialect.ts'
import { openSqlite, type SqliteConnection } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { truePath } from './sqlite-target.ts'

/** What tells two moments of one file apart. */
export interface Stamp {
  /** Device and inode: a replaced file is a changed one. Null when there is no file. */
  readonly identity: string | null
  /** The file change counter, at offset 24 of the header; stands still under WAL. https://www.sqlite.org/fileformat2.html#file_change_counter */
  readonly counter: number
  /** `PRAGMA data_version` of a connection that stays open; what tells under WAL. https://www.sqlite.org/pragma.html#pragma_data_version */
  readonly version: number
}

/** Takes stamps of one file, through a connection that never writes. */
export interface Stamper {
  stamp(): Promise<Stamp>
  close(): Promise<void>
}

/**
 * Opens a stamper on an existing file.
 * @param driver the sqlite3 package
 * @param file absolute path
 * @param waitMs how long a writer's lock is waited for, in milliseconds
 */
export async function openStamper(driver: SqliteDriver, file: string, waitMs?: number): Promise<Stamper> {
  const connection = await openSqlite(driver, file, 'read', waitMs)
  // data_version counts from the first read of the connection.
  await connection.all('SELECT count(*) FROM sqlite_master')
  return {
    stamp: async () => {
      // Asked each time: an application may switch the mode when it starts.
      const { counter, isWal } = readHeader(file)
      // In rollback mode a reader may be locked out while a writer holds the file, and the counter tells anyway.
      return { identity: identityOf(file), counter, version: isWal ? await dataVersion(connection) : 0 }
    },
    close: () => connection.close(),
  }
}

/** Whether nothing was written between two stamps of the same stamper. */
export const isSameStamp = (a: Stamp, b: Stamp): boolean =>
  a.identity === b.identity && a.counter === b.counter && a.version === b.version

/**
 * Observes a file that may not exist yet.
 * @param driver the sqlite3 package
 * @param file absolute path
 */
export async function observeSqlite(driver: SqliteDriver, file: string): Promise<Observer> {
  let stamper = await openIfPossible(driver, file)
  let last = await stampOf(stamper, file)
  let written = writtenIn(file)
  return {
    async hasChanged() {
      const next = await stampOf(stamper, file)
      const now = writtenIn(file)
      const isChanged = !isSameStamp(last, next) || (now !== null && written !== null && now !== written)
      written = now
      if (next.identity !== last.identity) {
        await stamper?.close()
        stamper = await openIfPossible(driver, file)
      }
      last = next.identity === last.identity ? next : await stampOf(stamper, file)
      return isChanged
    },
    close: async () => stamper?.close(),
  }
}

/**
 * The size and the time of the last write, which tell of who writes the file without SQLite, and counts nothing. Null under WAL: there SQLite
 * itself writes what was committed before, whenever it makes a checkpoint.
 */
function writtenIn(file: string): string | null {
  const status = statSync(file, { bigint: true, throwIfNoEntry: false })
  return status === undefined || readHeader(file).isWal ? null : `${status.size}:${status.mtimeNs}`
}

const openIfPossible = async (driver: SqliteDriver, file: string): Promise<Stamper | null> => {
  if (identityOf(file) === null) return null
  // A locked or unreadable file is still watched through its header.
  return openStamper(driver, file).catch(() => null)
}

const stampOf = async (stamper: Stamper | null, file: string): Promise<Stamp> =>
  stamper === null ? { identity: identityOf(file), counter: readHeader(file).counter, version: 0 } : stamper.stamp()

const dataVersion = async (connection: SqliteConnection): Promise<number> => {
  const [row] = await connection.all('PRAGMA data_version')
  return Number(row?.data_version)
}

function identityOf(file: string): string | null {
  const status = statSync(file, { bigint: true, throwIfNoEntry: false })
  return status === undefined ? null : `${status.dev}:${status.ino}`
}

/**
 * The descriptors that headers are read through, by real path. They stay open: where a process closes any descriptor of a file, the system
 * drops all its locks on that file, SQLite's too, and the next writer is let in. https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
 */
const descriptors = new Map<string, { readonly identity: string; readonly descriptor: number }>()

/** A descriptor for reading a file that this process may hold locks on; it stays open. Null: there is no file. */
export function descriptorOf(file: string): number | null {
  const path = truePath(file)
  const known = descriptors.get(path)
  if (known !== undefined && known.identity === identityOf(path)) return known.descriptor
  // Another file stands there now; nobody of this process needs a lock on the old one.
  if (known !== undefined) closeSync(known.descriptor)
  descriptors.delete(path)
  try {
    const descriptor = openSync(path, 'r')
    const { dev, ino } = fstatSync(descriptor, { bigint: true })
    descriptors.set(path, { identity: `${dev}:${ino}`, descriptor })
    return descriptor
  } catch {
    return null
  }
}

/** What the header of a file says. */
export interface Header {
  /** The file change counter; -1 where there is no file. */
  readonly counter: number
  readonly isWal: boolean
  /** In bytes; 0 where there is no page yet. */
  readonly pageSize: number
}

/**
 * The change counter, the page size at offset 16, and the read format version at offset 19, which is 2 under WAL; without any lock.
 * https://www.sqlite.org/fileformat2.html
 */
export function readHeader(file: string): Header {
  const descriptor = descriptorOf(file)
  return descriptor === null ? { counter: -1, isWal: false, pageSize: 0 } : headerIn(descriptor)
}

/** The header of a file that nobody of this process has open. */
export function readClosedHeader(file: string): Header {
  const descriptor = openSync(file, 'r')
  try {
    return headerIn(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function headerIn(descriptor: number): Header {
  const bytes = Buffer.alloc(28)
  if (readSync(descriptor, bytes, 0, 28, 0) < 28) return { counter: 0, isWal: false, pageSize: 0 }
  const size = bytes.readUInt16BE(16)
  // 65,536 does not fit into two bytes.
  return { counter: bytes.readUInt32BE(24), isWal: bytes[19] === 2, pageSize: size === 1 ? 65_536 : size }
}
