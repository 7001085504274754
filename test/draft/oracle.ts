/** What a database is, and what it holds, through plain PRAGMAs: shares no code with the introspection that it judges. */
import { QueryTypes, type Sequelize } from 'sequelize'

type Row = Record<string, unknown>

const all = (db: Sequelize, sql: string): Promise<Row[]> => db.query(sql, { type: QueryTypes.SELECT })
const q = (name: unknown): string => `"${String(name).replaceAll('"', '""')}"`

/** Runs statements as they are. */
export async function execute(db: Sequelize, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await db.query(sql)
}

/** Names of all tables, in order. */
export const tableNames = async (db: Sequelize): Promise<string[]> => {
  const rows = await all(
    db,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
  )
  return rows.map(({ name }) => String(name)).sort()
}

/** Everything that the pragmas tell, without names of indexes, order of columns, and what a default's spelling leaves open. */
export async function dump(db: Sequelize): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = Object.create(null)
  for (const table of await tableNames(db)) tables[table] = await dumpTable(db, table)
  const objects = await all(
    db,
    "SELECT type, name, tbl_name AS t, sql FROM sqlite_master WHERE type IN ('trigger', 'view')",
  )
  return { tables, objects: objects.map((row) => `${row.type} ${row.name} ${row.t}: ${bare(row.sql)}`).sort() }
}

/** A statement without quotes and spaces, which a rename may add. */
const bare = (sql: unknown): string => String(sql ?? '').replace(/[\s"`]/g, '')

async function dumpTable(db: Sequelize, table: string): Promise<Record<string, unknown>> {
  const columns = await all(db, `PRAGMA table_xinfo(${q(table)})`)
  const [list] = await all(db, `SELECT strict, wr FROM pragma_table_list WHERE name = '${table.replaceAll("'", "''")}'`)
  const [{ sql } = { sql: '' }] = await all(
    db,
    `SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '${table.replaceAll("'", "''")}'`,
  )
  const words = String(sql).replace(/'(?:[^']|'')*'/g, "''")
  const keys = await all(db, `PRAGMA foreign_key_list(${q(table)})`)
  return {
    columns: Object.fromEntries(columns.map((column) => [String(column.name), columnText(column, columns)])),
    primaryKey: columns
      .filter(({ pk }) => pk)
      .sort((a, b) => Number(a.pk) - Number(b.pk))
      .map(({ name }) => name),
    indexes: await dumpIndexes(db, table),
    foreignKeys: groupKeys(keys),
    strict: list?.strict,
    withoutRowid: list?.wr,
    words: ['AUTOINCREMENT', 'CHECK', 'COLLATE', 'DEFERRABLE'].map(
      (word) => words.toUpperCase().split(word).length - 1,
    ),
  }
}

function columnText(column: Row, columns: readonly Row[]): string {
  const isRowid = column.pk === 1 && columns.filter(({ pk }) => pk).length === 1 && column.type === 'INTEGER'
  const value = String(column.dflt_value).replace(/^\((.*)\)$/s, '$1')
  const truth: Record<string, string> = { true: '1', false: '0', NULL: 'null' }
  return `${column.type} ${isRowid ? '' : column.notnull} ${truth[value] ?? value} ${column.hidden}`
}

async function dumpIndexes(db: Sequelize, table: string): Promise<string[]> {
  const found: string[] = []
  for (const index of await all(db, `PRAGMA index_list(${q(table)})`)) {
    if (index.origin === 'pk') continue
    const parts = await all(db, `PRAGMA index_xinfo(${q(index.name)})`)
    const texts = parts.filter(({ key }) => key === 1).map((part) => `${part.name} ${part.desc} ${part.coll}`)
    const [object] = await all(
      db,
      `SELECT sql FROM sqlite_master WHERE type = 'index' AND name = '${String(index.name).replaceAll("'", "''")}'`,
    )
    const hasExpression = parts.some(({ key, cid }) => key === 1 && cid === -2)
    const tail = hasExpression ? /\(.*$/s : /(?<=\bWHERE\b).*$/is
    const where = tail.exec(String(object?.sql ?? ''))?.[0].replace(/[\s"`()]/g, '') ?? ''
    found.push(`${index.unique} ${texts.join(',')} ${index.partial} ${where}`)
  }
  return [...new Set(found)].sort()
}

function groupKeys(rows: readonly Row[]): string[] {
  const ids = [...new Set(rows.map(({ id }) => id))]
  const keys = ids.map((id) => {
    const parts = rows.filter((row) => row.id === id).sort((a, b) => Number(a.seq) - Number(b.seq))
    const columns = parts.map(({ from, to }) => `${from}→${to}`).join(',')
    return `${parts[0]?.table} ${columns} ${parts[0]?.on_delete} ${parts[0]?.on_update}`
  })
  return [...new Set(keys)].sort()
}

/** All rows of tables as texts that keep the type of each value, in an order of their own. */
export async function rowsOf(db: Sequelize, table: string, columns: readonly string[]): Promise<string[]> {
  const list = columns.map((name) => `quote(${q(name)})`).join(` || ' | ' || `)
  const rows = await all(db, `SELECT ${list === '' ? "''" : list} AS line FROM ${q(table)}`)
  return rows.map(({ line }) => String(line)).sort()
}

/** What the values of a column mean, whatever its type makes of them: 1, 1.0 and '1' are one. */
export async function valuesOf(db: Sequelize, table: string, column: string): Promise<string[]> {
  const isNumber = `typeof(${q(column)}) <> 'blob' AND ${q(column)} NOT GLOB '*[^0-9.eE+-]*' AND ${q(column)} GLOB '*[0-9]*'`
  const rows = await all(
    db,
    `SELECT quote(CASE WHEN ${isNumber} THEN CAST(${q(column)} AS REAL) ELSE ${q(column)} END) AS line FROM ${q(table)}`,
  )
  return rows.map(({ line }) => String(line)).sort()
}

/** Names of the columns that have values of their own. */
export const columnsOf = async (db: Sequelize, table: string): Promise<string[]> =>
  (await all(db, `PRAGMA table_xinfo(${q(table)})`))
    .filter(({ hidden }) => hidden === 0)
    .map(({ name }) => String(name))

/** Everything in every table. */
export async function allRows(db: Sequelize): Promise<Record<string, string[]>> {
  const contents: Record<string, string[]> = {}
  for (const table of await tableNames(db)) contents[table] = await rowsOf(db, table, await columnsOf(db, table))
  return contents
}

/** The counters of AUTOINCREMENT tables. */
export async function counters(db: Sequelize): Promise<Record<string, number>> {
  const rows = await all(db, 'SELECT name, seq FROM sqlite_sequence').catch(() => [])
  return Object.fromEntries(rows.map(({ name, seq }) => [String(name), Number(seq)]))
}

/** What must hold on the connection after a migration, however it ended. */
export async function connectionState(db: Sequelize): Promise<Record<string, unknown>> {
  const [keys] = await all(db, 'PRAGMA foreign_keys')
  const [integrity] = await all(db, 'PRAGMA integrity_check')
  const orphans = await all(db, 'PRAGMA foreign_key_check').catch(() => [])
  const begun = await db.query('BEGIN').then(
    () => true,
    () => false,
  )
  if (begun) await db.query('ROLLBACK')
  return { ...keys, ...integrity, orphans: orphans.length, isFree: begun }
}
