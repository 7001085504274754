/** How the rows of two SQLite databases differ, found inside SQLite by primary key. */

import type { ContentDifference, RowDifference } from '../../event/event.ts'
import { quote } from './create-table-sql.ts'
import { openSqlite, type SqliteConnection } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

/** A table in both databases, or in one of them. */
interface ComparedTable {
  readonly name: string
  readonly isBefore: boolean
  readonly isAfter: boolean
}

/**
 * Compares two files. Each table is read in a statement of its own, so that a writer waits for one table at most; virtual tables, and the
 * tables that they are kept in, are left out.
 * @param driver the sqlite3 package
 * @param before absolute path
 * @param after absolute path; this one may be written to meanwhile
 * @param waitMs how long a writer's lock is waited for, in milliseconds
 * @returns only tables that differ
 */
export async function compareContents(
  driver: SqliteDriver,
  before: string,
  after: string,
  waitMs: number,
): Promise<ContentDifference> {
  const connection = await openSqlite(driver, after, 'read', waitMs)
  try {
    await connection.all('ATTACH ? AS earlier', [before])
    const tables: RowDifference[] = []
    for (const table of await readTables(connection)) {
      const difference = await compareTable(connection, table)
      if (difference.added + difference.changed + difference.removed > 0) tables.push(difference)
    }
    return { tables, isSchemaSame: await hasSameSchema(connection) }
  } finally {
    await connection.close()
  }
}

/** https://www.sqlite.org/pragma.html#pragma_table_list */
const tableList = (schema: string): string =>
  `SELECT name FROM pragma_table_list WHERE schema = '${schema}' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`

async function readTables(connection: SqliteConnection): Promise<readonly ComparedTable[]> {
  // Asked of each schema on its own: the list of a database is complete only once its schema was read.
  for (const schema of ['main', 'earlier']) await connection.all(`SELECT count(*) FROM ${schema}.sqlite_master`)
  const [after, before] = [await connection.all(tableList('main')), await connection.all(tableList('earlier'))]
  const names = new Set([...after, ...before].map(({ name }) => String(name)))
  const has = (rows: typeof after, name: string): boolean => rows.some((row) => row.name === name)
  return [...names].sort().map((name) => ({ name, isBefore: has(before, name), isAfter: has(after, name) }))
}

async function compareTable(
  connection: SqliteConnection,
  { name, isBefore, isAfter }: ComparedTable,
): Promise<RowDifference> {
  const none = { table: name, added: 0, changed: 0, removed: 0 }
  if (!isBefore) return { ...none, added: await count(connection, `SELECT 1 FROM main.${quote(name)}`) }
  if (!isAfter) return { ...none, removed: await count(connection, `SELECT 1 FROM earlier.${quote(name)}`) }
  const [now, then] = [await readColumns(connection, name, 'main'), await readColumns(connection, name, 'earlier')]
  const shared = now.names.filter((column) => then.names.includes(column))
  const key = now.key.join() === then.key.join() ? now.key : []
  const isSameKey =
    key.length === 0 ? ['a.rowid = b.rowid'] : key.map((column) => `a.${quote(column)} IS b.${quote(column)}`)
  // Neither a collation nor an affinity may hide a change.
  const isSame = shared.map((column) => `a.${quote(column)} IS b.${quote(column)} COLLATE BINARY`)
  const missing = (from: string, other: string, conditions: readonly string[]): Promise<number> =>
    count(
      connection,
      `SELECT 1 FROM ${from}.${quote(name)} a WHERE NOT EXISTS (SELECT 1 FROM ${other}.${quote(name)} b WHERE ${conditions.join(' AND ')})`,
    )
  const added = await missing('main', 'earlier', isSameKey)
  const differing = await missing('main', 'earlier', [...isSameKey, ...isSame])
  const removed = await missing('earlier', 'main', isSameKey)
  // Somebody may write between the statements.
  return { table: name, added, changed: Math.max(0, differing - added), removed }
}

/** Generated columns follow from the others; table_info leaves them out. */
async function readColumns(connection: SqliteConnection, table: string, schema: string) {
  const rows = await connection.all('SELECT name, pk FROM pragma_table_info(?, ?) ORDER BY cid', [table, schema])
  const key = rows.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk))
  return { names: rows.map((row) => String(row.name)), key: key.map((row) => String(row.name)) }
}

async function hasSameSchema(connection: SqliteConnection): Promise<boolean> {
  const [now, then] = ['main', 'earlier'].map(
    (schema) =>
      `SELECT type, name, tbl_name, sql FROM ${schema}.sqlite_master WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'`,
  )
  const [row] = await connection.all(
    `SELECT EXISTS (${now} EXCEPT ${then}) OR EXISTS (${then} EXCEPT ${now}) AS "differs"`,
  )
  return Number(row?.differs) === 0
}

async function count(connection: SqliteConnection, rows: string): Promise<number> {
  const [row] = await connection.all(`SELECT count(*) AS n FROM (${rows})`)
  return Number(row?.n)
}
