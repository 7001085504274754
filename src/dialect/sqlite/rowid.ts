/** The number by which SQLite finds each row, and by what name it can be read. https://www.sqlite.org/rowidtable.html */
import type { Table } from '../../schema/schema.ts'
import { foldName } from './sql-tokens.ts'

/** Whether the rows of a table have such a number. https://www.sqlite.org/withoutrowid.html */
export const hasRowid = ({ options }: Pick<Table, 'options'>): boolean => !options.includes('WITHOUT ROWID')

/**
 * The column that is another name of it: `INTEGER PRIMARY KEY` is, unless it is written DESC.
 * https://www.sqlite.org/lang_createtable.html#rowid
 * @returns null where no column is
 */
export function rowidAlias(table: Pick<Table, 'columns' | 'primaryKey' | 'options'>): string | null {
  const { primaryKey, columns } = table
  const [only, ...others] = primaryKey?.columns ?? []
  if (only === undefined || others.length > 0 || !hasRowid(table) || primaryKey?.parts?.[0]?.descending === true)
    return null
  return columns.find(({ name }) => name === only)?.type.toUpperCase() === 'INTEGER' ? only : null
}

/**
 * A name under which it can be read and written, whatever the columns are called.
 * @returns null where there is none: no such number, or columns of all three names
 */
export function rowidName(table: Pick<Table, 'columns' | 'options'>): string | null {
  const taken = new Set(table.columns.map(({ name }) => foldName(name)))
  return hasRowid(table) ? (['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name)) ?? null) : null
}
