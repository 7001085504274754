/** Tables as bags of rows, for those whose rows have no name: how many rows of one have no equal in another. */
import { joined } from './same-value.ts'

/** One side: what its rows are, as SQL expressions in the order of the other side's. */
export interface Bag {
  /** The table with an alias, and a condition where not all rows count: `main."logs" b WHERE …`. */
  readonly from: string
  readonly values: readonly string[]
}

/** A statement may give 2,000 columns. https://www.sqlite.org/limits.html */
const mostColumns = 1900

/**
 * The query for how many rows of `one` have no equal in `other`: of three equal rows against two, one has none.
 * @param one the side whose rows are counted
 * @param other what they are looked for in
 * @returns a query whose only value is `rows`
 */
export const missingRows = (one: Bag, other: Bag): string =>
  `SELECT coalesce(sum(max(n, 0)), 0) AS rows FROM (${sums(one, other, 'sum(d)')})`

/** The query for how many rows of `one` have an equal in `other`. */
export const equalRows = (one: Bag, other: Bag): string =>
  `SELECT coalesce(sum(min(l, r)), 0) AS rows FROM (${sums(one, other, 'sum(max(d, 0))', 'sum(max(-d, 0))')})`

function sums(one: Bag, other: Bag, ...wanted: readonly string[]): string {
  const values = fitting(one.values)
  const keys = values.map((_, index) => `v${index} COLLATE BINARY`)
  const side = ({ from, values: own }: Bag, sign: number): string =>
    `SELECT ${[...fitting(own).map((value, index) => `${value} AS v${index}`), `${sign} AS d`].join(', ')} FROM ${from}`
  const results = wanted.length === 1 ? `${wanted[0]} AS n` : `${wanted[0]} AS l, ${wanted[1]} AS r`
  const group = keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`
  return `SELECT ${results} FROM (${side(one, 1)} UNION ALL ${side(other, -1)})${group}`
}

/** What is too many for a statement goes into one text: each value to the bit, with its type and its length. */
function fitting(values: readonly string[]): readonly string[] {
  if (values.length <= mostColumns) return values
  const packed = values.slice(mostColumns - 1).map((value) => `typeof(${value}) || hex(${value}) || ','`)
  return [...values.slice(0, mostColumns - 1), joined(packed, '||', "''")]
}
