/** Which rows a change may lose, or fail on: a query for each. */
import type { Change } from '../../schema/change.ts'
import type { Column, Index, Schema, Table } from '../../schema/schema.ts'
import { defaultValueSql, quote } from './create-table-sql.ts'
import { fillSql, fillWords } from './fill-sql.ts'
import { affinityOf } from './sqlite-type.ts'

/** How many rows, and what happens to them. */
export interface HazardQuery {
  readonly sql: string
  readonly meaning: string
}

type Alteration = Extract<Change, { kind: 'alter-column' }>

/**
 * The queries for a change, on the dev database as it is.
 * @param change the change, in the names that `from` has
 * @param from the schema before
 * @param to the schema after
 * @returns none where no row can be lost or in the way
 */
export function hazardsOf(change: Change, from: Schema, to: Schema): readonly HazardQuery[] {
  const before = from.tables[change.table]
  if (before === undefined) return []
  const after = to.tables[change.table] ?? before
  const table = quote(change.table)
  const all = `SELECT count(*) AS rows FROM ${table}`
  switch (change.kind) {
    case 'drop-table':
      return [{ sql: all, meaning: `rows of ${change.table} are lost` }]
    case 'drop-column': {
      const { name, generated } = change.from
      const sql = `SELECT count(${columnOf(change.table, name)}) AS rows FROM ${table}`
      return generated === null ? [{ sql, meaning: `values of ${change.table}.${name} are lost` }] : []
    }
    case 'add-column':
      return needsValue(change.to, after)
        ? [{ sql: all, meaning: `rows need a value for ${change.table}.${change.to.name}` }]
        : []
    case 'alter-column':
      return alterHazards(change, before)
    case 'alter-primary-key':
      return change.to === null ? [] : keyHazards(before, after, change.to.columns)
    case 'add-index':
      return change.to.unique ? [duplicates(before, after, change.to)] : []
    case 'add-foreign-key':
      return [orphans(change, before, after, from)]
    default:
      return []
  }
}

/** With its table: a name in quotes that stands alone is a string where there is no such column. https://www.sqlite.org/quirks.html#dblquote */
const columnOf = (table: string, name: string): string => `${quote(table)}.${quote(name)}`

const needsValue = (column: Column, { primaryKey }: Table): boolean =>
  !column.nullable &&
  column.default === null &&
  column.generated === null &&
  fillSql(column) === null &&
  !(primaryKey?.columns.length === 1 && primaryKey.columns[0] === column.name)

/** What a column of the new table will hold, as an expression over the old one. */
function newValue(name: string, before: Table, after: Table, alias = before.name): string {
  const column = after.columns.find((each) => each.name === name)
  const fallback = column?.default === null || column === undefined ? null : defaultValueSql(column.default)
  // A bare number in GROUP BY would mean a column of the result.
  if (!before.columns.some((each) => each.name === name)) return `coalesce(NULL, ${fallback ?? 'NULL'})`
  const own = columnOf(alias, name)
  return column?.nullable === false && fallback !== null ? `coalesce(${own}, ${fallback})` : own
}

function alterHazards(change: Alteration, before: Table): readonly HazardQuery[] {
  const { table, from, to, aspects } = change
  const column = columnOf(table, from.name)
  const conditions: [string, string][] = []
  if (aspects.includes('nullable') && !to.nullable) {
    const filled = fillSql(to) === null ? '' : ` and get ${fillWords(to)}`
    const given = to.default === null ? filled : ' and get the default'
    conditions.push([`${column} IS NULL`, `rows have NULL in ${table}.${from.name}${given}`])
  }
  if (aspects.includes('type')) conditions.push(...typeConditions(change, before))
  const index = aspects.includes('collation')
    ? uniquesOf(before).find((columns) => columns.includes(from.name))
    : undefined
  const values = index?.map((name) =>
    name === from.name ? `${column} COLLATE ${to.collation ?? 'BINARY'}` : columnOf(table, name),
  )
  return [
    ...conditions.map(([condition, meaning]) => ({
      sql: `SELECT count(*) AS rows FROM ${quote(table)} WHERE ${condition}`,
      meaning,
    })),
    ...(index === undefined || values === undefined ? [] : [sharing(before, values, [], index)]),
  ]
}

const uniquesOf = (table: Table): readonly (readonly string[])[] => [
  ...(table.primaryKey === null ? [] : [table.primaryKey.columns]),
  ...table.indexes.filter(({ unique }) => unique).map(({ parts }) => parts.flatMap(({ column }) => column ?? [])),
]

/** What a new affinity does to values, and what no longer fits. https://www.sqlite.org/datatype3.html#type_affinity */
function typeConditions({ table, from, to }: Alteration, before: Table): [string, string][] {
  const column = columnOf(table, from.name)
  const name = `${table}.${from.name}`
  const [size, wanted] = [from.meaning.size[0], to.meaning.size[0]]
  const isText = /^(?:var)?char$/.test(to.meaning.kind)
  const conditions: [string, string][] = []
  if (isText && wanted !== undefined && (size === undefined || wanted < size))
    conditions.push([`length(${column}) > ${wanted}`, `values of ${name} are longer than ${wanted}`])
  const [old, target] = [affinityOf(from.type), affinityOf(to.type)]
  const isStrict = before.options.includes('STRICT')
  // Nothing is converted there. https://www.sqlite.org/stricttables.html
  if (old === target || (isStrict && /^any$/i.test(to.type))) return conditions
  if (isStrict && target === 'integer')
    conditions.push([
      `typeof(${column}) = 'real' AND ${column} <> CAST(${column} AS INTEGER)`,
      `values of ${name} are no integers, and a STRICT table refuses them`,
    ])
  if (target === 'text') conditions.push([`typeof(${column}) IN ('integer', 'real')`, `values of ${name} become text`])
  else if (target !== 'blob') {
    // Text that looks like a number becomes one, and may not be written as it was.
    const number = `${column} GLOB '*[0-9]*' AND trim(${column}) NOT GLOB '*[^0-9.eE+-]*'`
    const differs = `typeof(${column}) = 'text' AND ${number} AND CAST(CAST(${column} AS NUMERIC) AS TEXT) IS NOT ${column}`
    conditions.push([differs, `values of ${name} are written otherwise as numbers`])
    if (/^(?:.*int|integer|boolean|decimal|real|float|double)$/.test(to.meaning.kind))
      conditions.push([`typeof(${column}) = 'text' AND NOT (${number})`, `values of ${name} are no numbers`])
  }
  return conditions
}

function keyHazards(before: Table, after: Table, columns: readonly string[]): readonly HazardQuery[] {
  const old = new Set(before.columns.map(({ name }) => name))
  // A new number of its own for each row.
  if (columns.length === 1 && !old.has(columns[0]!)) return []
  const values = columns.map((name) => newValue(name, before, after))
  const isNull = values.map((value) => `${value} IS NULL`).join(' OR ')
  const list = values.join(', ')
  return [
    {
      sql: `SELECT coalesce(sum(n), 0) AS rows FROM (SELECT count(*) AS n, max(${isNull}) AS empty FROM ${quote(before.name)} GROUP BY ${list} HAVING n > 1 OR empty)`,
      meaning: `rows share their values of ${before.name} (${columns.join(', ')}), or have none`,
    },
  ]
}

function duplicates(before: Table, after: Table, index: Index): HazardQuery {
  const values = index.parts.map((part) => {
    const value = part.column === null ? (part.expression ?? '') : newValue(part.column, before, after)
    const collation = part.collation ?? after.columns.find(({ name }) => name === part.column)?.collation ?? null
    return collation === null ? value : `${value} COLLATE ${collation}`
  })
  const names = index.parts.map(({ column, expression }) => column ?? expression ?? '')
  return sharing(before, values, index.where === null ? [] : [`(${index.where})`], names)
}

function sharing(
  { name }: Table,
  values: readonly string[],
  conditions: readonly string[],
  columns: readonly string[],
): HazardQuery {
  const present = [...values.map((value) => `(${value}) IS NOT NULL`), ...conditions].join(' AND ')
  const list = values.join(', ')
  return {
    sql: `SELECT coalesce(sum(n), 0) AS rows FROM (SELECT count(*) AS n FROM ${quote(name)} WHERE ${present} GROUP BY ${list} HAVING count(*) > 1)`,
    meaning: `rows share their values of ${name} (${columns.join(', ')})`,
  }
}

function orphans(
  { table, to }: Extract<Change, { kind: 'add-foreign-key' }>,
  before: Table,
  after: Table,
  from: Schema,
): HazardQuery {
  const values = to.columns.map((name) => newValue(name, before, after, 'c'))
  const present = values.map((value) => `${value} IS NOT NULL`).join(' AND ')
  const pairs = values.map((value, index) => `p.${quote(to.targetColumns[index] ?? 'id')} = ${value}`).join(' AND ')
  const target = from.tables[to.target]
  const isThere = target !== undefined && to.targetColumns.every((name) => target.columns.some((c) => c.name === name))
  const found = isThere ? `EXISTS (SELECT 1 FROM ${quote(to.target)} p WHERE ${pairs})` : 'FALSE'
  return {
    sql: `SELECT count(*) AS rows FROM ${quote(table)} c WHERE ${present} AND NOT ${found}`,
    meaning: `rows of ${table} refer to no row of ${to.target}`,
  }
}
