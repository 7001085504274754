/** A copy of dev on which large rows are written again and again: with larger pages that takes half the time. */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { copyLive, removeSqlite } from './copy-sqlite.ts'
import { openSqlite } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

/** Below this size, in bytes, nobody would notice. */
const largeBytes = 100_000_000

/** The largest there is. https://www.sqlite.org/pragma.html#pragma_page_size */
const pageSize = 65_536

/**
 * Copies a live database for a trial, and never for anything that is to become dev: its pages may have another size.
 * @param driver the sqlite3 package
 * @param from the live file
 * @param to the new file; an existing one is replaced
 * @param bytes how large the live file is
 * @param waitMs as for `copyLive`
 * @throws DevdbError as `copyLive`
 */
export async function copyForTrial(
  driver: SqliteDriver,
  from: string,
  to: string,
  bytes: number,
  waitMs: number,
): Promise<void> {
  if (bytes < largeBytes || !(await copyInto(driver, from, to, waitMs))) await copyLive(driver, from, to, waitMs)
}

/**
 * https://www.sqlite.org/lang_vacuum.html#vacuuminto
 * @returns false where SQLite cannot do it, as without a collation that only the application has
 */
async function copyInto(driver: SqliteDriver, from: string, to: string, waitMs: number): Promise<boolean> {
  mkdirSync(dirname(to), { recursive: true })
  removeSqlite(to)
  const connection = await openSqlite(driver, from, 'read', waitMs)
  try {
    // What refers to rows by their rowid must find them: https://www.sqlite.org/lang_vacuum.html says that a VACUUM may change it.
    const [row] = await connection.all(
      "SELECT page_size, EXISTS (SELECT 1 FROM sqlite_master WHERE sql LIKE '%virtual%' OR sql LIKE '%rowid%' OR sql LIKE '%oid%') AS refers FROM pragma_page_size",
    )
    if (Number(row?.refers) === 1 || Number(row?.page_size) >= pageSize) return false
    await connection.run(`PRAGMA synchronous = OFF; PRAGMA page_size = ${pageSize}`)
    await connection.all('VACUUM INTO ?', [to])
    return true
  } catch {
    removeSqlite(to)
    return false
  } finally {
    await connection.close()
  }
}
