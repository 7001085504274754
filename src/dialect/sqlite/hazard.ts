/** Which rows a change may lose, or fail on: a query for each. */
import type { Change } from '../../schema/change.ts'
import type { Column, Schema } from '../../schema/schema.ts'
import { quote } from './create-table-sql.ts'

/** How many rows, and what happens to them. */
export interface HazardQuery {
  readonly sql: string
  readonly meaning: string
}

/**
 * The query for a change, on the dev database as it is.
 * @param change the change
 * @param from the schema before it
 * @returns null where no row can be lost or in the way
 */
export function hazardOf(change: Change, from: Schema): HazardQuery | null {
  const table = quote(change.table)
  switch (change.kind) {
    case 'drop-table':
      return { sql: `SELECT count(*) AS rows FROM ${table}`, meaning: 'rows of the table are lost' }
    case 'drop-column':
      return {
        sql: `SELECT count(${quote(change.from.name)}) AS rows FROM ${table}`,
        meaning: `values of ${change.table}.${change.from.name} are lost`,
      }
    case 'add-column':
      return needsValue(change.to)
        ? {
            sql: `SELECT count(*) AS rows FROM ${table}`,
            meaning: `rows need a value for ${change.table}.${change.to.name}`,
          }
        : null
    case 'alter-column':
      return alterHazard(change)
    case 'add-index':
      return change.to.unique && from.tables[change.table] !== undefined ? duplicates(change) : null
    case 'add-foreign-key':
      return from.tables[change.table] === undefined || from.tables[change.to.target] === undefined
        ? null
        : orphans(change)
    default:
      return null
  }
}

const needsValue = ({ nullable, default: value, generated }: Column): boolean =>
  !nullable && value === null && generated === null

function alterHazard({ table, from, to, aspects }: Extract<Change, { kind: 'alter-column' }>): HazardQuery | null {
  const column = quote(from.name)
  if (aspects.includes('nullable') && !to.nullable && to.default === null) {
    return {
      sql: `SELECT count(*) AS rows FROM ${quote(table)} WHERE ${column} IS NULL`,
      meaning: `rows have NULL in ${table}.${from.name}`,
    }
  }
  const [before, after] = [from.meaning.size[0], to.meaning.size[0]]
  const isText = (kind: string): boolean => kind === 'varchar' || kind === 'char'
  if (
    aspects.includes('type') &&
    isText(to.meaning.kind) &&
    after !== undefined &&
    (before === undefined || after < before)
  ) {
    return {
      sql: `SELECT count(*) AS rows FROM ${quote(table)} WHERE length(${column}) > ${after}`,
      meaning: `values of ${table}.${from.name} are longer than ${after}`,
    }
  }
  return null
}

function duplicates({ table, to }: Extract<Change, { kind: 'add-index' }>): HazardQuery | null {
  if (to.parts.some(({ column }) => column === null)) return null
  const columns = to.parts.map(({ column }) => quote(column ?? ''))
  const present = [
    ...columns.map((column) => `${column} IS NOT NULL`),
    ...(to.where === null ? [] : [`(${to.where})`]),
  ].join(' AND ')
  const list = columns.join(', ')
  return {
    sql: `SELECT coalesce(sum(n), 0) AS rows FROM (SELECT count(*) AS n FROM ${quote(table)} WHERE ${present} GROUP BY ${list} HAVING count(*) > 1)`,
    meaning: `rows share their values of ${table} (${to.parts.map(({ column }) => column).join(', ')})`,
  }
}

function orphans({ table, to }: Extract<Change, { kind: 'add-foreign-key' }>): HazardQuery {
  const pairs = to.columns
    .map((column, index) => `p.${quote(to.targetColumns[index] ?? 'id')} = c.${quote(column)}`)
    .join(' AND ')
  const present = to.columns.map((column) => `c.${quote(column)} IS NOT NULL`).join(' AND ')
  return {
    sql: `SELECT count(*) AS rows FROM ${quote(table)} c WHERE ${present} AND NOT EXISTS (SELECT 1 FROM ${quote(to.target)} p WHERE ${pairs})`,
    meaning: `rows of ${table} refer to no row of ${to.target}`,
  }
}
