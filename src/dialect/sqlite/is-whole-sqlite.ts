/** Whether a SQLite file can be read to its last page. */
import { DevdbError } from '../../error.ts'
import { openSqlite } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

/**
 * Reads all pages of a file that nobody writes to. Rows that break a constraint are no damage, so only what is said about pages counts: it
 * stands under a line with asterisks. https://www.sqlite.org/pragma.html#pragma_quick_check
 * @param driver the sqlite3 package
 * @param file absolute path
 */
export async function isWholeSqlite(driver: SqliteDriver, file: string): Promise<boolean> {
  try {
    // Under WAL a connection that may write takes its files away again when it closes.
    const connection = await openSqlite(driver, file, 'write')
    try {
      const rows = await connection.all('PRAGMA quick_check(1)')
      return !rows.some((row) => String(row.quick_check).includes('***'))
    } finally {
      await connection.close()
    }
  } catch (error) {
    if (error instanceof DevdbError && error.code === 'dev-unreadable') return false
    throw error
  }
}
