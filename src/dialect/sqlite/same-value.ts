/** When two values of two columns are the same: in SQL, and neither a collation nor an affinity may hide a difference. */
import { quote } from './create-table-sql.ts'
import { affinityOf } from './sqlite-type.ts'

/** A column of a table that goes by `alias` in a statement. */
export interface Operand {
  readonly alias: string
  readonly name: string
  /** As declared. */
  readonly type: string
}

/** A column in SQL. */
export const columnOf = ({ alias, name }: Pick<Operand, 'alias' | 'name'>): string => `${alias}.${quote(name)}`

/**
 * Whether two values are the same. A unary plus takes the affinity away: https://www.sqlite.org/datatype3.html#affinity_of_expressions
 * Where the column has another affinity by now, a number and the text that it is written as are the same.
 */
export function isSame(a: Operand, b: Operand): string {
  const [one, other] = [columnOf(a), columnOf(b)]
  const same = `(+${one}) COLLATE BINARY IS (+${other})`
  if (affinityOf(a.type) === affinityOf(b.type)) return same
  return `(${same} OR (typeof(${one}) <> typeof(${other}) AND 'blob' NOT IN (typeof(${one}), typeof(${other})) AND CAST(${one} AS TEXT) IS CAST(${other} AS TEXT)))`
}

/** Whether two values are the same to the bit: also a whole number and the same one as a floating-point number differ. */
export const isExactlySame = (a: Operand, b: Operand): string =>
  `(typeof(${columnOf(a)}) = typeof(${columnOf(b)}) AND (+${columnOf(a)}) COLLATE BINARY IS (+${columnOf(b)}))`

/**
 * Joins conditions as a balanced tree: SQLite refuses an expression that is deeper than 1,000. https://www.sqlite.org/limits.html
 * @param terms any number
 * @param empty what stands for none
 */
export function joined(terms: readonly string[], operator: 'AND' | 'OR' | '||', empty: string): string {
  if (terms.length <= 1) return terms[0] ?? empty
  const half = Math.ceil(terms.length / 2)
  return `(${joined(terms.slice(0, half), operator, empty)} ${operator} ${joined(terms.slice(half), operator, empty)})`
}
