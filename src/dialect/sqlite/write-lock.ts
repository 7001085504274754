/** How other writers are kept waiting while work runs that must not be disturbed. */
import { readHeader } from './observe-sqlite.ts'
import { openSqlite, type SqliteConnection } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

/** The right to write, which nobody else has meanwhile. Readers are not in its way. */
export interface WriteLock {
  /** A connection that can write without giving up the lock first; null where there is none. */
  readonly writer: SqliteConnection | null
  release(): Promise<void>
}

/**
 * Takes the write lock of a database. https://www.sqlite.org/lang_transaction.html
 * @param driver the sqlite3 package
 * @param file absolute path
 * @param waitMs how long another writer is waited for, in milliseconds
 * @throws DevdbError `dev-busy`
 */
export async function takeWriteLock(driver: SqliteDriver, file: string, waitMs: number): Promise<WriteLock> {
  const { isWal } = readHeader(file)
  const connection = await openSqlite(driver, file, 'look', waitMs)
  try {
    // A connection in this mode keeps its lock when the transaction ends. https://www.sqlite.org/pragma.html#pragma_locking_mode
    if (!isWal) await connection.all('PRAGMA locking_mode = EXCLUSIVE')
    await connection.run('BEGIN IMMEDIATE')
    if (!isWal) await connection.run('ROLLBACK')
  } catch (error) {
    await connection.close()
    throw error
  }
  let isHeld = true
  return {
    // Under WAL that mode would lock out everybody, readers too.
    writer: isWal ? null : connection,
    async release() {
      if (!isHeld) return
      isHeld = false
      await connection.close()
    },
  }
}
