/** Databases in memory, for tests that read what SQLite makes of a statement. */
import { fileURLToPath } from 'node:url'
import type { Connection } from '../../../src/database/connection.ts'
import { introspectSqlite } from '../../../src/dialect/sqlite/introspect-sqlite.ts'
import { openSqlite } from '../../../src/dialect/sqlite/sqlite-connection.ts'
import { loadSqliteDriver } from '../../../src/dialect/sqlite/sqlite-driver.ts'
import type { Schema, Table } from '../../../src/schema/schema.ts'

/** devdb's own copy of the driver. */
export const driver = loadSqliteDriver(fileURLToPath(new URL('../../..', import.meta.url)))

/** Runs statements in an empty database, gives it to `use`, and closes it. */
export async function inMemory<Result>(sql: string, use: (connection: Connection) => Promise<Result>): Promise<Result> {
  const connection = await openSqlite(driver, ':memory:', 'create')
  try {
    await connection.run(sql)
    return await use(connection)
  } finally {
    await connection.close()
  }
}

/** The schema that statements make. */
export const schemaOf = (sql: string, ignored: readonly string[] = []): Promise<Schema> =>
  inMemory(sql, (connection) => introspectSqlite(connection, new Set(ignored)))

/** The only table that statements make, or the one named. */
export async function tableOf(sql: string, name?: string): Promise<Table> {
  const { tables, unread } = await schemaOf(sql)
  const table = name === undefined ? Object.values(tables)[0] : new Map(Object.entries(tables)).get(name)
  if (table === undefined) throw new Error(`no table ${name ?? ''}; unread: ${JSON.stringify(unread)}`)
  return table
}
