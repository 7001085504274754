/** A database's schema as a script that makes it again: the statements as SQLite keeps them, in an order in which they run. */
import type { Connection, Row } from '../../database/connection.ts'
import type { MetaTable } from '../dialect.ts'
import type { SchemaScript } from '../script.ts'
import { quote } from './create-table-sql.ts'
import { ledgerTable } from './ledger-table.ts'
import { metaOrder, metaTableName, readMetaTable } from './meta-table.ts'
import { splitStatements } from './split-statements.ts'

/**
 * What makes up the schema, but for what SQLite makes by itself: its own tables, and those that a virtual table keeps its content in.
 * A foreign key may name a table that comes later, and so may a view; an index, and a trigger, need theirs.
 * https://www.sqlite.org/foreignkeys.html#fk_schemacommands
 */
const objects = `
  SELECT o.type, o.name, o.sql, t.type AS kind
  FROM sqlite_master o JOIN pragma_table_list t ON t.schema = 'main' AND t.name = o.tbl_name COLLATE NOCASE
  WHERE o.sql IS NOT NULL AND o.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.type <> 'shadow' AND t.name <> '${ledgerTable}'
  ORDER BY CASE WHEN t.type = 'virtual' THEN 1 ELSE 0 END + CASE o.type WHEN 'table' THEN 0 WHEN 'index' THEN 2 WHEN 'view' THEN 4 ELSE 6 END, o.rowid`

/**
 * Writes the script, in one transaction as SQLite's shell does with `.dump`, but without rows other than those of the meta table.
 * @param connection the database, of which one state is read
 * @param meta the meta table
 * @throws DevdbError as `readMetaTable`
 */
export async function schemaScript(connection: Connection, meta: MetaTable): Promise<SchemaScript> {
  await connection.run('BEGIN')
  try {
    const rows = await connection.all(objects)
    const names = await readMetaTable(connection, meta)
    const table = metaTableName(meta)
    const statements = rows.map(({ sql }) => ended(String(sql)))
    const lines = ['BEGIN;', ...statements, ...(await metaRows(connection, meta)), 'COMMIT;']
    const isTable = ({ type, name }: Row): boolean => type === 'table' && name !== table
    return { sql: `${lines.join('\n')}\n`, tables: rows.filter(isTable).length, names }
  } finally {
    await connection.run('ROLLBACK')
  }
}

/** Whole rows: projects keep more than the name there. */
async function metaRows(connection: Connection, meta: MetaTable): Promise<readonly string[]> {
  const order = await metaOrder(connection, meta)
  if (order === null) return []
  const table = quote(metaTableName(meta))
  const columns = (await connection.all(`PRAGMA table_info(${table})`)).map(({ name }) => quote(String(name)))
  const values = columns.map((column) => `quote(${column})`).join(" || ', ' || ")
  const rows = await connection.all(`SELECT ${values} AS row FROM ${table} ORDER BY ${order}`)
  return rows.map(({ row }) => `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${row});`)
}

/** A statement may end in a comment, closed or not, and would swallow its semicolon. */
const ended = (sql: string): string =>
  [';', '\n;', '*/;'].map((end) => `${sql}${end}`).find((text) => splitStatements(`${text} SELECT 1`).length === 2) ??
  `${sql};`
