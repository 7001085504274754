/** The meta table of the applied migrations: how its names are read, and how names are put into it. */

import type { Connection } from '../../database/connection.ts'
import { DevdbError } from '../../error.ts'
import type { MetaTable } from '../dialect.ts'
import { quote } from './create-table-sql.ts'

/** On SQLite Sequelize writes a schema as a prefix of the table's name. */
export const metaTableName = ({ table, schema }: MetaTable): string => (schema === null ? table : `${schema}.${table}`)

/**
 * The names in a meta table, in order of application.
 * @returns none where the table does not exist
 * @throws DevdbError `config-invalid` when it has no such column
 */
export async function readMetaTable(connection: Connection, meta: MetaTable): Promise<readonly string[]> {
  const table = metaTableName(meta)
  const order = await metaOrder(connection, meta)
  if (order === null) return []
  const columns = await connection.all(`PRAGMA table_info(${quote(table)})`)
  // Asked before, since SQLite takes a quoted name that is no column for a string.
  if (!columns.some(({ name }) => String(name).toLowerCase() === meta.column.toLowerCase())) {
    throw new DevdbError('config-invalid', `table ${table} has no column "${meta.column}"`, {
      hint: 'check migrations.meta in the configuration',
      details: [`its columns: ${columns.map(({ name }) => name).join(', ')}`],
    })
  }
  const rows = await connection.all(`SELECT ${quote(meta.column)} AS name FROM ${quote(table)} ORDER BY ${order}`)
  return rows.map((row) => String(row.name))
}

/** Rows stand in order of insertion, which the names do not tell. @returns an SQL expression; null where there is no meta table */
export async function metaOrder(connection: Connection, meta: MetaTable): Promise<string | null> {
  const query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
  const [found] = await connection.all(query, [metaTableName(meta)])
  if (found === undefined) return null
  return /WITHOUT\s+ROWID\s*$/i.test(String(found.sql)) ? quote(meta.column) : 'rowid'
}

/**
 * Puts names into the meta table, in this order.
 * @param connection the database
 * @param meta the table, made where it is absent as Umzug's Sequelize storage makes it (v3.8)
 * @param names none of which it holds yet
 */
export async function recordNames(connection: Connection, meta: MetaTable, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  const [table, column] = [quote(metaTableName(meta)), quote(meta.column)]
  await connection.run(`CREATE TABLE IF NOT EXISTS ${table} (${column} VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY)`)
  const rows = names.map(() => '(?)').join(', ')
  await connection.all(`INSERT INTO ${table} (${column}) VALUES ${rows}`, names)
}
