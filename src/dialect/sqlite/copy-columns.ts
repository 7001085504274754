/** Where the columns of a rebuilt table have their values from. */
import type { ColumnCopy } from '../../schema/plan.ts'
import type { Column, Table } from '../../schema/schema.ts'
import { defaultValueSql, quote } from './create-table-sql.ts'
import { fillSql } from './fill-sql.ts'
import { rowidAlias, rowidName } from './rowid.ts'
import { affinityOf } from './sqlite-type.ts'

/**
 * The copy of each column. Generated ones are never copied.
 * @param before the table as it is
 * @param after the table as it shall be
 * @param isDown whether a column without source gets the zero value of its type
 */
export function copies(before: Table, after: Table, isDown: boolean): readonly ColumnCopy[] {
  const old = new Map(before.columns.map((column) => [column.name, column]))
  const alias = rowidAlias(after)
  const rowid = rowidOf(before)
  const filled = (column: Column): string | null => fillSql(column) ?? (isDown ? zeroOf(column, after, rowid) : null)
  const copied = after.columns.flatMap((column): readonly ColumnCopy[] => {
    if (column.generated !== null) return []
    const source = old.get(column.name)
    const isRowid = column.name === alias
    if (source === undefined && isRowid && rowid !== null) return [{ column: column.name, expression: rowid }]
    // A column with a default, one that may be null, and a number that SQLite gives itself are left to it.
    const isLeft = column.nullable || hasDefault(column) || isRowid
    if (source === undefined) {
      // On the way back its default would refer to rows that are gone.
      if (isDown && column.nullable && hasDefault(column) && isReference(column, after))
        return [{ column: column.name, expression: 'NULL' }]
      return isLeft ? [] : [{ column: column.name, expression: filled(column) }]
    }
    // With its table: alone, the name of a column that somebody has dropped would be a string. https://www.sqlite.org/quirks.html#dblquote
    const name = `${quote(before.name)}.${quote(column.name)}`
    if (!source.nullable || column.nullable || isRowid) return [{ column: column.name, expression: name }]
    // NULLs in a column that must have none any more: its default, or what its model fills in; else the rebuild stops at them.
    const fallback = hasDefault(column) ? defaultValueSql(column.default!) : filled(column)
    return [{ column: column.name, expression: fallback === null ? name : `coalesce(${name}, ${fallback})` }]
  })
  const target = alias === null ? rowidName(after) : null
  return target === null || rowid === null ? copied : [{ column: target, expression: rowid }, ...copied]
}

/**
 * The rowid of the table as it is. A row keeps it, for a full-text table finds the row by it.
 * https://www.sqlite.org/fts5.html#external_content_tables
 */
function rowidOf(before: Table): string | null {
  const name = rowidName(before)
  return name === null ? null : `${quote(before.name)}.${quote(name)}`
}

const hasDefault = ({ default: value }: Column): boolean => value !== null && !/^\(*\s*null\s*\)*$/i.test(value)

const isReference = ({ name }: Column, { foreignKeys }: Table): boolean =>
  foreignKeys.some(({ columns }) => columns.includes(name))

/** What a column holds that holds nothing; null where a row must differ from others, or refer to one. */
function zeroOf(column: Column, table: Table, rowid: string | null): string | null {
  const { name, type, meaning } = column
  if (isReference(column, table)) return null
  const unique = [
    table.primaryKey?.columns ?? [],
    ...table.indexes.filter((index) => index.unique).map(({ parts }) => parts.map(({ column }) => column ?? '')),
  ]
  const affinity = affinityOf(type)
  if (unique.some((columns) => columns.length === 1 && columns[0] === name)) {
    if (rowid === null) return null
    return affinity === 'text' ? `CAST(${rowid} AS TEXT)` : affinity === 'blob' ? `CAST(${rowid} AS BLOB)` : rowid
  }
  const known: Readonly<Record<string, string>> = {
    datetime: "'1970-01-01 00:00:00.000 +00:00'",
    date: "'1970-01-01'",
    time: "'00:00:00'",
    uuid: "'00000000-0000-0000-0000-000000000000'",
    json: "'null'",
  }
  return known[meaning.kind] ?? (affinity === 'text' ? "''" : affinity === 'blob' ? "x''" : '0')
}
