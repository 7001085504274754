/** A table in two states, with the columns that are in both, and what names a row in both. */
import type { Column, Schema, Table } from '../../schema/schema.ts'
import { quote } from './create-table-sql.ts'
import { columnOf, joined, type Operand } from './same-value.ts'
import { foldName } from './sql-tokens.ts'
import { affinityOf } from './sqlite-type.ts'

/** The states under the names that their files are attached with. */
export type State = 'main' | 'after' | 'origin'

/** The letter that a table goes by in each state. */
const aliases = { main: 'b', after: 'a', origin: 'o' } as const satisfies Record<State, string>

/** A column before and after. */
export interface ColumnPair {
  readonly before: Column
  readonly after: Column
}

/** A table before and after. */
export interface TablePair {
  readonly before: Table
  readonly after: Table
  /** As it was still earlier; null where nothing is known of that. */
  readonly origin: Table | null
  /** Columns of both, without those whose values before were generated. */
  readonly shared: readonly ColumnPair[]
  /** Columns that are in one of them only. */
  readonly gone: readonly Column[]
  readonly added: readonly Column[]
}

/** What names a row: columns, or SQLite's own rowid. */
export type RowName =
  | { readonly columns: readonly ColumnPair[] }
  | { readonly rowid: readonly [string, string, string] }

/** A table of a schema, by its name in any letter case; null where it has none. */
export const findTable = ({ tables }: Schema, name: string): Table | null =>
  tables[name] ?? Object.values(tables).find((table) => foldName(table.name) === foldName(name)) ?? null

/** A column of a table, by its name in any letter case. */
export const findColumn = ({ columns }: Table, name: string): Column | undefined =>
  columns.find((column) => column.name === name) ?? columns.find((column) => foldName(column.name) === foldName(name))

const stored = ({ columns }: Table): readonly Column[] => columns.filter(({ generated }) => generated === null)

/** Pairs a table with what it has become. */
export function pairTables(before: Table, after: Table, origin: Table | null): TablePair {
  const pairs = stored(before).map((column) => ({ before: column, after: findColumn(after, column.name) }))
  return {
    before,
    after,
    origin,
    shared: pairs.flatMap((pair) => (pair.after === undefined ? [] : [{ before: pair.before, after: pair.after }])),
    gone: pairs.flatMap((pair) => (pair.after === undefined ? [pair.before] : [])),
    added: stored(after).filter(({ name }) => findColumn(before, name) === undefined),
  }
}

/**
 * The primary key, where it names a row in both: the same columns, under new names too, of the same affinity and compared byte by byte.
 * @returns null where there is none. Whether rows have NULL in it, as SQLite allows, is to be asked: https://www.sqlite.org/lang_createtable.html#the_primary_key
 */
export function keyOf({ before, after }: TablePair): readonly ColumnPair[] | null {
  const [names, others] = [before.primaryKey?.columns ?? [], after.primaryKey?.columns ?? []]
  if (names.length === 0 || names.length !== others.length) return null
  const isOf = (list: readonly string[], name: string): boolean =>
    list.some((each) => foldName(each) === foldName(name))
  const renamed = others.filter((name) => !isOf(names, name))
  const pairs = names.map((name) => {
    const now = isOf(others, name) ? name : renamed.shift()!
    return { before: findColumn(before, name)!, after: findColumn(after, now)! }
  })
  const isPlain = ({ collation }: Column): boolean => collation === null || foldName(collation) === 'binary'
  const isKept = (pair: ColumnPair): boolean =>
    isPlain(pair.before) && isPlain(pair.after) && affinityOf(pair.before.type) === affinityOf(pair.after.type)
  // A key under a new name: neither table has the other's column.
  const isRename = (pair: ColumnPair): boolean =>
    foldName(pair.before.name) === foldName(pair.after.name) ||
    (findColumn(after, pair.before.name) === undefined && findColumn(before, pair.after.name) === undefined)
  return pairs.every((pair) => isKept(pair) && isRename(pair)) ? pairs : null
}

/** The rowid, where all of the tables have one that no column hides. https://www.sqlite.org/lang_createtable.html#rowid */
export function rowidOf({ before, after, origin }: TablePair): RowName | null {
  const [b, a, o] = [rowidName(before), rowidName(after), origin === null ? 'rowid' : rowidName(origin)]
  return b === null || a === null || o === null ? null : { rowid: [b, a, o] }
}

const rowidName = ({ options, columns }: Table): string | null =>
  options.includes('WITHOUT ROWID')
    ? null
    : (['rowid', '_rowid_', 'oid'].find((name) => !columns.some((column) => foldName(column.name) === name)) ?? null)

/** A table in a state, with its letter. */
export const tableIn = ({ name }: Table, state: State): string => `${state}.${quote(name)} ${aliases[state]}`

/** The condition under which a row of another state is the row `b`. A column has in `origin` the name that it has before. */
export function isSameRow(name: RowName, state: 'after' | 'origin'): string {
  const alias = aliases[state]
  if ('rowid' in name) return `${alias}.${name.rowid[state === 'after' ? 1 : 2]} = b.${name.rowid[0]}`
  const equal = name.columns.map((pair) => {
    const other = state === 'after' ? pair.after.name : pair.before.name
    return `${columnOf({ alias, name: other })} = ${columnOf({ alias: 'b', name: pair.before.name })}`
  })
  return joined(equal, 'AND', '1')
}

/** What is NULL where a LEFT JOIN found no row of `origin`, and nowhere else. */
export const originMark = (name: RowName): string =>
  'rowid' in name ? `o.${name.rowid[2]}` : columnOf({ alias: 'o', name: name.columns[0]!.before.name })

/** A column of the table before, and of the one after. */
export const sidesOf = ({ before, after }: ColumnPair): readonly [Operand, Operand] => [
  { alias: 'b', name: before.name, type: before.type },
  { alias: 'a', name: after.name, type: after.type },
]
