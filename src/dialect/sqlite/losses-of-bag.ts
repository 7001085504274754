/** What a table lost whose rows have no name: it is compared as a bag of rows. */
import type { RowLoss } from '../../event/row-loss.ts'
import { type Asking, toldRows } from './losses-by-name.ts'
import { type Bag, equalRows, missingRows } from './row-bag.ts'
import { columnOf } from './same-value.ts'
import { affinityOf } from './sqlite-type.ts'
import { type ColumnPair, findColumn, type State, type TablePair, tableIn } from './table-pair.ts'

/** How many rows of before are gone, and how many of those have others in their place. */
export interface BagLoss {
  readonly deleted: number
  readonly changed: number
}

const letters = { main: 'b', after: 'a', origin: 'o' } as const

/**
 * Compares the columns that both have. Where the number of rows is the same, none was deleted.
 * @param pair the table
 * @param asking the states
 */
export async function bagLoss(pair: TablePair, asking: Asking): Promise<BagLoss> {
  const [before, after] = bagsOf(pair, pair.shared)
  const left = await asking.count(missingRows(before, after))
  if (left === 0) return { deleted: 0, changed: 0 }
  const total = async (state: State, table: TablePair['origin']): Promise<number> =>
    table === null ? Number.POSITIVE_INFINITY : asking.count(`SELECT count(*) AS rows FROM ${tableIn(table, state)}`)
  const [rowsBefore, rowsAfter] = [await total('main', pair.before), await total('after', pair.after)]
  const rowsOrigin = await total('origin', pair.origin)
  const deleted = Math.max(0, Math.min(rowsBefore, rowsOrigin) - rowsAfter)
  // Rows that were made since `origin` and went again are no loss.
  const made = pair.origin === null ? 0 : Math.max(0, rowsBefore - Math.max(rowsAfter, rowsOrigin))
  const restored = await restoredRows(pair, asking)
  return { deleted, changed: Math.max(0, left - deleted - made - restored) }
}

/** Rows that are as they were in `origin`, and were not before. */
async function restoredRows({ before, after, origin }: TablePair, asking: Asking): Promise<number> {
  if (origin === null) return 0
  const columns = after.columns.flatMap((column) => {
    const [one, other] = [findColumn(before, column.name), findColumn(origin, column.name)]
    return one === undefined || other === undefined ? [] : [[other.name, column.name, one.name] as const]
  })
  const bag = (table: typeof before, state: State, place: 0 | 1 | 2): Bag => ({
    from: tableIn(table, state),
    values: columns.map((names) => columnOf({ alias: letters[state], name: names[place] })),
  })
  const [then, now, between] = [bag(origin, 'origin', 0), bag(after, 'after', 1), bag(before, 'main', 2)]
  return Math.max(0, (await asking.count(equalRows(then, now))) - (await asking.count(equalRows(then, between))))
}

/**
 * What is said of a table that is compared as a bag.
 * @param pair the table
 * @param loss what the comparison found
 * @param asking the states
 */
export async function lossesOfBag(pair: TablePair, loss: BagLoss, asking: Asking): Promise<readonly RowLoss[]> {
  const table = pair.before.name
  const found: RowLoss[] = [
    { kind: 'deleted', table, column: null, rows: loss.deleted },
    { kind: 'changed', table, column: null, rows: loss.changed },
  ]
  for (const column of pair.gone) {
    const rows = await toldRows(pair, column, asking)
    const isRenamed = rows > 0 && (await hasNewName(pair, { before: column }, asking))
    if (isRenamed) asking.renamed.add(`${table}.${column.name}`)
    else found.push({ kind: 'dropped', table, column: column.name, rows })
  }
  return found.filter(({ rows }) => rows > 0)
}

/** Whether a new column holds, beside the others, all that a column held. */
async function hasNewName(pair: TablePair, { before }: Pick<ColumnPair, 'before'>, asking: Asking): Promise<boolean> {
  for (const after of pair.added) {
    const [one, other] = bagsOf(pair, [...pair.shared, { before, after }])
    if ((await asking.count(missingRows(one, other))) === 0) return true
  }
  return false
}

function bagsOf({ before, after }: TablePair, columns: readonly ColumnPair[]): readonly [Bag, Bag] {
  return [
    { from: tableIn(before, 'main'), values: columns.map((pair) => comparedValue(pair, 'before')) },
    { from: tableIn(after, 'after'), values: columns.map((pair) => comparedValue(pair, 'after')) },
  ]
}

/** Where the column is a text in one of the two, a number is what it is written as. */
function comparedValue(pair: ColumnPair, side: 'before' | 'after'): string {
  const value = columnOf({ alias: side === 'before' ? 'b' : 'a', name: pair[side].name })
  const [one, other] = [affinityOf(pair.before.type), affinityOf(pair.after.type)]
  const isText = one !== other && (one === 'text' || other === 'text')
  return isText ? `CASE typeof(${value}) WHEN 'blob' THEN ${value} ELSE CAST(${value} AS TEXT) END` : `+${value}`
}
