/** What differs between two schemas: gone, changed, new. Pure; no dialect's name in here: unequal means that the rules said so. */
import type { Change, ColumnAspect } from './change.ts'
import { inOrder } from './order.ts'
import type { EqualityRules } from './rules.ts'
import type { Column, Schema, Table } from './schema.ts'

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
  const changes: Change[] = []
  for (const table of Object.values(from.tables)) {
    const wanted = to.tables[table.name]
    if (wanted === undefined) changes.push({ kind: 'drop-table', table: table.name, from: table })
    else changes.push(...diffTable(table, wanted, scope))
  }
  for (const table of Object.values(to.tables)) {
    if (from.tables[table.name] === undefined) changes.push({ kind: 'create-table', table: table.name, to: table })
  }
  return inOrder(changes)
}

function diffTable(from: Table, to: Table, scope: DiffScope): readonly Change[] {
  return [...diffColumns(from, to, scope), ...diffKeys(from, to, scope), ...diffIndexes(from, to, scope)]
}

function diffColumns(from: Table, to: Table, { rules, isFromModels }: DiffScope): readonly Change[] {
  const table = from.name
  const wanted = new Map(to.columns.map((column) => [column.name, column]))
  const present = new Set(from.columns.map(({ name }) => name))
  const changes: Change[] = []
  for (const column of from.columns) {
    const other = wanted.get(column.name)
    if (other !== undefined) changes.push(...diffColumn(table, column, other, rules))
    // Models cannot declare a generated column, so that one of the migrations' is not gone.
    else if (!(isFromModels && column.generated !== null)) changes.push({ kind: 'drop-column', table, from: column })
  }
  for (const column of to.columns)
    if (!present.has(column.name)) changes.push({ kind: 'add-column', table, to: column })
  return changes
}

function diffColumn(table: string, from: Column, to: Column, rules: EqualityRules): readonly Change[] {
  if (from.generated !== null) return []
  const unequal: Record<ColumnAspect, boolean> = {
    type: !rules.sameType(from, to),
    nullable: from.nullable !== to.nullable,
    default: !rules.sameDefault(from, to),
    collation: !rules.sameCollation(from, to),
    autoIncrement: from.autoIncrement !== to.autoIncrement,
  }
  const aspects = (Object.keys(unequal) as ColumnAspect[]).filter((aspect) => unequal[aspect])
  return aspects.length === 0 ? [] : [{ kind: 'alter-column', table, from, to, aspects }]
}

function diffKeys(from: Table, to: Table, { rules }: DiffScope): readonly Change[] {
  const table = from.name
  const changes: Change[] = []
  if (!rules.samePrimaryKey(from.primaryKey, to.primaryKey)) {
    changes.push({ kind: 'alter-primary-key', table, from: from.primaryKey, to: to.primaryKey })
  }
  for (const key of unmatched(from.foreignKeys, to.foreignKeys, rules.sameForeignKey))
    changes.push({ kind: 'drop-foreign-key', table, from: key })
  for (const key of unmatched(to.foreignKeys, from.foreignKeys, rules.sameForeignKey))
    changes.push({ kind: 'add-foreign-key', table, to: key })
  return changes
}

function diffIndexes(from: Table, to: Table, { rules, isFromModels }: DiffScope): readonly Change[] {
  const table = from.name
  const before = from.indexes.filter(
    (index) => !rules.isRedundant(index, from) && !(isFromModels && rules.isBeyondModels(index)),
  )
  const after = to.indexes.filter((index) => !rules.isRedundant(index, to))
  return [
    ...unmatched(before, after, rules.sameIndex).map((index): Change => ({ kind: 'drop-index', table, from: index })),
    ...unmatched(after, from.indexes, rules.sameIndex).map(
      (index): Change => ({ kind: 'add-index', table, to: index }),
    ),
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
