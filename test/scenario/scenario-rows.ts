/** Rows as an application would have them: a few in every table, values that suit the types, foreign keys that refer to rows of the target. */
import { affinityOf } from '../../src/dialect/sqlite/sqlite-type.ts'
import type { Column, Schema, Table } from '../../src/schema/schema.ts'

const rowCount = 3

/**
 * The statements that fill a database.
 * @param schema what it is
 * @returns INSERTs in any order of the tables, so that foreign keys are off meanwhile
 */
export function plausibleRows(schema: Schema): readonly string[] {
  const inserts = Object.values(schema.tables).flatMap((table) =>
    Array.from({ length: rowCount }, (_, index) => insert(table, index + 1, schema)),
  )
  return ['PRAGMA foreign_keys = OFF', ...inserts, 'PRAGMA foreign_keys = ON']
}

function insert(table: Table, row: number, schema: Schema): string {
  const columns = table.columns.filter(({ generated }) => generated === null)
  const names = columns.map(({ name }) => quote(name)).join(', ')
  const values = columns.map((column) => cellOf(table, column, row, schema)).join(', ')
  return `INSERT INTO ${quote(table.name)} (${names}) VALUES (${values})`
}

/** The value of a column in a row: another one in each, but where the type knows only two. A foreign key has that of its target's row. */
function cellOf(table: Table, column: Column, row: number, schema: Schema): string {
  const key = table.foreignKeys.find(({ columns }) => columns.includes(column.name))
  const target = key === undefined ? undefined : schema.tables[key.target]
  const name = key?.targetColumns[key.columns.indexOf(column.name)]
  const referred = target?.columns.find((each) => each.name === name)
  if (target !== undefined && referred !== undefined && (target !== table || name !== column.name))
    return cellOf(target, referred, row, schema)
  return plainValue(column, row)
}

function plainValue({ name, type, meaning }: Column, row: number): string {
  const known: Readonly<Record<string, string>> = {
    boolean: String(row % 2),
    datetime: `'2026-03-0${row} 10:00:00.000 +00:00'`,
    date: `'2026-03-0${row}'`,
    time: `'10:0${row}:00'`,
    uuid: `'7f1cf5b5-2e3c-4a6f-9d0a-00000000000${row}'`,
    json: `'{"a":[${row},"b; it''s"]}'`,
    decimal: `${row}.25`,
  }
  const value = known[meaning.kind]
  if (value !== undefined) return value
  const affinity = affinityOf(type)
  if (affinity === 'blob') return `x'0${row}ff'`
  if (affinity !== 'text') return affinity === 'integer' ? String(row) : `${row}.5`
  // Short enough for a CHAR(8).
  return `'${name.replaceAll("'", "''").slice(0, 3)} ${row};'`
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
