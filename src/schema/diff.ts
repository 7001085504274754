/** What differs between two schemas: gone, changed, new. Pure; no dialect's name in here: unequal means that the rules said so. */
import type { Change, ColumnAspect } from './change.ts'
import { inOrder } from './order.ts'
import type { EqualityRules } from './rules.ts'
import type { Column, ForeignKey, Index, PrimaryKey, Schema, Table } from './schema.ts'

/** Which differences count. */
export interface DiffScope {
  readonly rules: EqualityRules
  /**
   * True when `to` was made from models: what they cannot declare is then no difference, and tables that are in neither are ignored.
   * False for drift, where both sides are whole.
   */
  readonly isFromModels: boolean
}

/**
 * The changes that lead from one schema to another, in an order in which they can be made.
 * @param from what there is
 * @param to what is wanted
 * @param scope which differences count
 */
export function diff(from: Schema, to: Schema, scope: DiffScope): readonly Change[] {
  const tablesOf = ({ tables }: Schema): ReadonlyMap<string, Table> =>
    new Map(Object.values(tables).map((table) => [scope.rules.tableKey(table.name), table]))
  const [present, wanted] = [tablesOf(from), tablesOf(to)]
  const unknown = incomparable(from, to, scope)
  const changes: Change[] = []
  for (const [key, table] of present) {
    const other = wanted.get(key)
    if (other !== undefined) changes.push(...diffTable(table, other, scope))
    else if (!unknown.has(key)) changes.push({ kind: 'drop-table', table: table.name, from: table })
  }
  for (const [key, table] of wanted) {
    if (!present.has(key) && !unknown.has(key)) changes.push({ kind: 'create-table', table: table.name, to: table })
  }
  return inOrder(changes)
}

/** Names of which nothing can be said: what could not be read, and views that a model is mapped to, which `sync()` makes a table of. */
function incomparable(from: Schema, to: Schema, { rules, isFromModels }: DiffScope): ReadonlySet<string> {
  const unread = [...from.unread, ...to.unread].map(({ object }) => object.replace(/^table /, ''))
  const views = isFromModels ? from.views.map(({ name }) => name) : []
  return new Set([...unread, ...views].map(rules.tableKey))
}

function diffTable(from: Table, to: Table, scope: DiffScope): readonly Change[] {
  return [...diffColumns(from, to, scope), ...diffKeys(from, to, scope), ...diffIndexes(from, to, scope)]
}

function diffColumns(from: Table, to: Table, scope: DiffScope): readonly Change[] {
  const table = from.name
  const columnsOf = ({ columns }: Table): ReadonlyMap<string, Column> =>
    new Map(columns.map((column) => [column.name, column]))
  const fitted = scope.isFromModels
    ? { ...to, columns: to.columns.map((column) => scope.rules.inTable(column, from, to)) }
    : to
  const [present, wanted] = [columnsOf(from), columnsOf(fitted)]
  const changes: Change[] = []
  for (const [key, column] of present) {
    const other = wanted.get(key)
    if (other !== undefined) changes.push(...diffColumn(table, column, other, scope))
    // Models cannot declare a generated column, so that one of the migrations' is not gone.
    else if (!(scope.isFromModels && column.generated !== null))
      changes.push({ kind: 'drop-column', table, from: column })
  }
  for (const [key, column] of wanted) if (!present.has(key)) changes.push({ kind: 'add-column', table, to: column })
  return changes
}

function diffColumn(table: string, from: Column, to: Column, { rules, isFromModels }: DiffScope): readonly Change[] {
  if (isFromModels && from.generated !== null) return []
  // What a column is generated from cannot be altered.
  if (!rules.sameGenerated(from, to)) {
    return [
      { kind: 'drop-column', table, from },
      { kind: 'add-column', table, to },
    ]
  }
  const unequal: Record<ColumnAspect, boolean> = {
    type: !rules.sameType(from, to),
    nullable: from.nullable !== to.nullable,
    default: !rules.sameDefault(from, to),
    collation: !rules.sameCollation(from, to),
    autoIncrement: from.autoIncrement !== to.autoIncrement,
    conflict: from.conflict !== to.conflict,
  }
  const aspects = (Object.keys(unequal) as ColumnAspect[]).filter((aspect) => unequal[aspect])
  return aspects.length === 0 ? [] : [{ kind: 'alter-column', table, from, to, aspects }]
}

function diffKeys(from: Table, to: Table, { rules, isFromModels }: DiffScope): readonly Change[] {
  const table = from.name
  const changes: Change[] = []
  // Models cannot say more of a key than its columns.
  const keyOf = ({ primaryKey }: Table): PrimaryKey | null =>
    isFromModels && primaryKey !== null ? { name: primaryKey.name, columns: primaryKey.columns } : primaryKey
  if (!rules.samePrimaryKey(keyOf(from), keyOf(to))) {
    changes.push({ kind: 'alter-primary-key', table, from: from.primaryKey, to: to.primaryKey })
  }
  // Two keys that differ in nothing but the deferral that models cannot declare are one.
  const isDeferralNothing = isFromModels && rules.isDeferralBeyondModels && to.foreignKeys.every((key) => !key.deferred)
  const compared = (key: ForeignKey): ForeignKey => (isDeferralNothing ? { ...key, deferred: false } : key)
  const same = (a: ForeignKey, b: ForeignKey): boolean => rules.sameForeignKey(compared(a), compared(b))
  for (const key of unmatched(from.foreignKeys, to.foreignKeys, same))
    changes.push({ kind: 'drop-foreign-key', table, from: key })
  for (const key of unmatched(to.foreignKeys, from.foreignKeys, same))
    changes.push({ kind: 'add-foreign-key', table, to: key })
  return changes
}

function diffIndexes(from: Table, to: Table, { rules, isFromModels }: DiffScope): readonly Change[] {
  const table = from.name
  const before = from.indexes.filter((index) => !rules.isRedundant(index, from))
  const after = to.indexes.filter((index) => !rules.isRedundant(index, to))
  // One whose name the models use for another index is theirs, and has changed.
  const wanted = new Set(after.map(({ name }) => name))
  const isPreserved = (index: Index): boolean => isFromModels && rules.isBeyondModels(index) && !wanted.has(index.name)
  // Nor can they say what becomes of a statement that brings a value twice.
  const compared = ({ conflict, ...index }: Index): Index =>
    isFromModels || conflict === undefined ? index : { ...index, conflict }
  const same = (a: Index, b: Index): boolean => rules.sameIndex(compared(a), compared(b))
  const gone = unmatched(before, after, same).filter((index) => !isPreserved(index))
  return [
    ...gone.map((index): Change => ({ kind: 'drop-index', table, from: index })),
    ...unmatched(after, before, same).map((index): Change => ({ kind: 'add-index', table, to: index })),
  ]
}

/** What of one list has no equal in the other. Two equal ones count as one: `sync({ alter: true })` declares the same unique many times. */
const unmatched = <Item>(
  items: readonly Item[],
  others: readonly Item[],
  same: (a: Item, b: Item) => boolean,
): readonly Item[] =>
  items.filter(
    (item, index) =>
      !others.some((other) => same(item, other)) && items.findIndex((twin) => same(item, twin)) === index,
  )
