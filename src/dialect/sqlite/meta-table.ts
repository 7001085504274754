/** The meta table of the applied migrations: how its names are read, and how names are put into it. */

import { randomUUID } from 'node:crypto'
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
 * @param meta the table, made where it is absent
 * @param names none of which it holds yet
 */
export async function recordNames(connection: Connection, meta: MetaTable, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  for (const sql of await recordStatements(connection, meta, names)) await connection.run(sql)
}

/**
 * The statements that put names into the meta table: with a value for each column that a row must have, or that holds a time.
 * @param connection the database
 * @param meta the table; where it is absent, they make it as Umzug's Sequelize storage does (v3.8)
 * @param names none of which it holds yet
 */
export async function recordStatements(
  connection: Connection,
  meta: MetaTable,
  names: readonly string[],
): Promise<readonly string[]> {
  const table = quote(metaTableName(meta))
  const given = await columnsOf(connection, meta)
  const columns = given.length === 0 ? newColumns(meta) : given
  const create = `CREATE TABLE IF NOT EXISTS ${table} (${newColumns(meta).map(definitionOf).join(', ')})`
  const others = columns.filter((column) => !isColumn(column, meta.column) && isFilled(column))
  const samples = await samplesOf(connection, meta, given.length === 0 ? [] : others)
  const list = [meta.column, ...others.map(({ name }) => name)].map(quote).join(', ')
  const inserts = names.map((name, index) => {
    const values = others.map((column) => filling(column, samples[column.name], name, index))
    return `INSERT INTO ${table} (${list}) VALUES (${[text(name), ...values].join(', ')})`
  })
  return given.length === 0 ? [create, ...inserts] : inserts
}

/** The statements that take names out of the meta table. */
export const forgetStatements = (meta: MetaTable, names: readonly string[]): readonly string[] =>
  names.map((name) => `DELETE FROM ${quote(metaTableName(meta))} WHERE ${quote(meta.column)} = ${text(name)}`)

/** A column of the meta table, as far as it decides what a row holds. */
interface MetaColumn {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
  /** Whether SQLite itself gives it a value: https://www.sqlite.org/lang_createtable.html#rowid */
  readonly isRowid: boolean
}

const newColumns = ({ column, timestamps = false }: MetaTable): readonly MetaColumn[] => [
  { name: column, type: 'VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY', isRequired: true, isRowid: false },
  ...(timestamps ? ['createdAt', 'updatedAt'] : []).map((name) => ({
    name,
    type: 'DATETIME NOT NULL',
    isRequired: true,
    isRowid: false,
  })),
]

const definitionOf = ({ name, type }: MetaColumn): string => `${quote(name)} ${type}`

async function columnsOf(connection: Connection, meta: MetaTable): Promise<readonly MetaColumn[]> {
  const rows = await connection.all(`PRAGMA table_info(${quote(metaTableName(meta))})`)
  const keys = rows.filter(({ pk }) => Number(pk) > 0).length
  return rows
    .filter(({ dflt_value }) => dflt_value === null)
    .map(({ name, type, notnull, pk }) => ({
      name: String(name),
      type: String(type),
      isRequired: Number(notnull) === 1 || Number(pk) > 0,
      isRowid: Number(pk) > 0 && keys === 1 && /^integer$/i.test(String(type)),
    }))
}

const isColumn = ({ name }: MetaColumn, wanted: string): boolean => name.toLowerCase() === wanted.toLowerCase()
const isTime = ({ name, type }: MetaColumn): boolean =>
  /date|time/i.test(type) || /_at$|[a-z]At$|^(?:time|date)/.test(name)
const isFilled = (column: MetaColumn): boolean => !column.isRowid && (column.isRequired || isTime(column))

/** What the newest row holds, and the greatest number, for each column. */
async function samplesOf(
  connection: Connection,
  meta: MetaTable,
  columns: readonly MetaColumn[],
): Promise<Readonly<Record<string, Sample>>> {
  const order = await metaOrder(connection, meta)
  const table = quote(metaTableName(meta))
  const samples: Record<string, Sample> = Object.create(null)
  for (const { name } of columns) {
    const own = quote(name)
    const newest = `SELECT ${own} FROM ${table} WHERE ${own} IS NOT NULL ORDER BY ${order} DESC LIMIT 1`
    const [row] = await connection.all(
      `SELECT (${newest}) AS newest, max(CAST(${own} AS INTEGER)) AS greatest FROM ${table}`,
    )
    samples[name] = { newest: row?.newest ?? null, greatest: Number(row?.greatest ?? 0) }
  }
  return samples
}

interface Sample {
  readonly newest: unknown
  readonly greatest: number
}

/** A value for a column that is not the name's: written as the rows before it have it. */
function filling(column: MetaColumn, sample: Sample | undefined, name: string, index: number): string {
  const { newest = null, greatest = 0 } = sample ?? {}
  if (isTime(column)) return timeLike(newest, column.type)
  if (/bool/i.test(column.type)) return '1'
  if (/int|num|real|dec|doub|float/i.test(column.type)) return String(greatest + 1 + index)
  if (/uuid/i.test(column.type) || /^(?:id|uuid|guid)$/i.test(column.name)) return text(randomUUID())
  return text(/name|file|path|title|desc|script/i.test(column.name) ? name : '')
}

/** Milliseconds since 1970 have more digits from 1973 on, seconds until the year 5138. */
const leastMilliseconds = 1e11

/** Now: a number where the table holds numbers, else a text as Sequelize writes it (v6), or as the others are written. */
function timeLike(sample: unknown, type: string): string {
  const now = new Date()
  const counts = typeof sample === 'number' || (sample === null && /int|num|real/i.test(type))
  if (counts && typeof sample === 'number' && sample < leastMilliseconds)
    return String(Math.floor(now.getTime() / 1000))
  if (counts) return String(now.getTime())
  const iso = now.toISOString()
  const written = typeof sample === 'string' ? sample : ''
  if (/^\d{4}-\d\d-\d\dT.*Z$/.test(written)) return text(iso)
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(written)) return text(iso.slice(0, 19).replace('T', ' '))
  return text(iso.replace('T', ' ').replace('Z', ' +00:00'))
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
