/** What rows lost that have a name in both states, by their primary key or their rowid: row by row, with nothing to be sorted. */
import type { RowLoss } from '../../event/row-loss.ts'
import type { Column } from '../../schema/schema.ts'
import { defaultValueSql } from './create-table-sql.ts'
import { equalRows } from './row-bag.ts'
import { columnOf, isSame, joined } from './same-value.ts'
import {
  type ColumnPair,
  findColumn,
  isSameRow,
  originMark,
  type RowName,
  sidesOf,
  type TablePair,
  tableIn,
} from './table-pair.ts'

/** Asks a query whose only value is `rows`, or that has several. */
export interface Asking {
  count(sql: string): Promise<number>
  first(sql: string): Promise<Readonly<Record<string, unknown>>>
  /** Columns, as `table.column`, that have another name now. */
  readonly renamed: Set<string>
}

/** Two results for each column, of at most 2,000 that a statement may give. */
const columnsAtOnce = 400

/**
 * Counts what is gone, row by row.
 * @param pair the table
 * @param name what names a row
 * @param asking the states
 */
export async function lossesByName(pair: TablePair, name: RowName, asking: Asking): Promise<readonly RowLoss[]> {
  const { before } = pair
  const gone = await asking.count(
    `SELECT count(*) AS rows FROM ${tableIn(before, 'main')} WHERE ${isMissing(pair, name)}`,
  )
  const moved = gone === 0 ? 0 : await movedRows(pair, name, asking)
  const deleted: RowLoss = { kind: 'deleted', table: before.name, column: null, rows: gone - moved }
  const found = [deleted, ...movedKey(pair, name, moved), ...(await overwritten(pair, name, asking))]
  for (const column of pair.gone) found.push(await droppedColumn(pair, name, column, asking))
  return found.filter(({ rows }) => rows > 0)
}

/**
 * Counts the rows that have another value somewhere.
 * @param pair the table
 * @param name what names a row
 * @param asking the states
 */
export const changedRows = (pair: TablePair, name: RowName, asking: Asking): Promise<number> =>
  asking.count(
    `SELECT count(*) AS rows FROM ${joinedStates(pair, name)} WHERE ${joined(
      pair.shared.map((column) => isOverwritten(column, pair, name)),
      'OR',
      '0',
    )}`,
  )

/** A row of before that is not there any more; rows that were not there in `origin` were made since, and are no loss. */
const isMissing = ({ after, origin }: TablePair, name: RowName): string =>
  `NOT EXISTS (SELECT 1 FROM ${tableIn(after, 'after')} WHERE ${isSameRow(name, 'after')})${
    origin === null ? '' : ` AND EXISTS (SELECT 1 FROM ${tableIn(origin, 'origin')} WHERE ${isSameRow(name, 'origin')})`
  }`

/** Rows whose key is gone, and whose other values are those of rows with a new key: then the key was changed, and no row was deleted. */
async function movedRows(pair: TablePair, name: RowName, asking: Asking): Promise<number> {
  if (!('columns' in name)) return 0
  const others = pair.shared.filter(({ before }) => !name.columns.some((key) => key.before.name === before.name))
  if (others.length === 0) return 0
  const isNew = `NOT EXISTS (SELECT 1 FROM ${tableIn(pair.before, 'main')} WHERE ${isSameRow(name, 'after')})`
  return asking.count(
    equalRows(
      {
        from: `${tableIn(pair.before, 'main')} WHERE ${isMissing(pair, name)}`,
        values: others.map(({ before }) => columnOf({ alias: 'b', name: before.name })),
      },
      {
        from: `${tableIn(pair.after, 'after')} WHERE ${isNew}`,
        values: others.map(({ after }) => columnOf({ alias: 'a', name: after.name })),
      },
    ),
  )
}

function movedKey({ before }: TablePair, name: RowName, rows: number): readonly RowLoss[] {
  const [key, ...more] = 'columns' in name ? name.columns : []
  const column = key === undefined || more.length > 0 ? null : key.before.name
  return [{ kind: 'changed', table: before.name, column, rows }]
}

const joinedStates = ({ before, after, origin }: TablePair, name: RowName): string =>
  `${tableIn(before, 'main')} JOIN ${tableIn(after, 'after')} ON ${isSameRow(name, 'after')}${
    origin === null ? '' : ` LEFT JOIN ${tableIn(origin, 'origin')} ON ${isSameRow(name, 'origin')}`
  }`

/** A value that is another one now, and not the one that it was in `origin`. */
function isOverwritten(pair: ColumnPair, { origin }: TablePair, name: RowName): string {
  const [before, after] = sidesOf(pair)
  const differs = `${columnOf(before)} IS NOT NULL AND NOT ${isSame(before, after)}`
  const known = origin === null ? undefined : findColumn(origin, pair.before.name)
  if (origin === null) return `(${differs})`
  if (known === undefined) return `(${differs} AND ${originMark(name)} IS NOT NULL)`
  const restored = isSame({ alias: 'o', name: known.name, type: known.type }, after)
  return `(${differs} AND ${originMark(name)} IS NOT NULL AND NOT ${restored})`
}

async function overwritten(pair: TablePair, name: RowName, asking: Asking): Promise<readonly RowLoss[]> {
  const found: RowLoss[] = []
  for (let start = 0; start < pair.shared.length; start += columnsAtOnce) {
    const columns = pair.shared.slice(start, start + columnsAtOnce)
    const sums = columns.flatMap((column, index) => {
      const [, after] = sidesOf(column)
      const isOther = isOverwritten(column, pair, name)
      return [`sum(${isOther}) AS n${index}`, `sum(${isOther} AND ${columnOf(after)} IS NULL) AS e${index}`]
    })
    const row = await asking.first(`SELECT ${sums.join(', ')} FROM ${joinedStates(pair, name)}`)
    for (const [index, { before }] of columns.entries()) {
      const [all, emptied] = [Number(row[`n${index}`] ?? 0), Number(row[`e${index}`] ?? 0)]
      const own = { table: pair.before.name, column: before.name }
      found.push({ kind: 'emptied', ...own, rows: emptied }, { kind: 'changed', ...own, rows: all - emptied })
    }
  }
  return found
}

/** A column that is gone, unless a new one holds all that it held: then it has another name. */
async function droppedColumn(pair: TablePair, name: RowName, column: Column, asking: Asking): Promise<RowLoss> {
  const loss: RowLoss = { kind: 'dropped', table: pair.before.name, column: column.name, rows: 0 }
  const rows = await toldRows(pair, column, asking)
  if (rows === 0) return loss
  const isPartOfKey = (other: Column): boolean =>
    'columns' in name && name.columns.some((key) => key.before === column && key.after === other)
  for (const other of pair.added) {
    const [before, after] = sidesOf({ before: column, after: other })
    const sql = `SELECT count(*) AS rows FROM ${joinedNow(pair, name)} WHERE ${columnOf(before)} IS NOT NULL AND NOT ${isSame(before, after)}`
    if (!isPartOfKey(other) && (await asking.count(sql)) > 0) continue
    asking.renamed.add(`${pair.before.name}.${column.name}`)
    return loss
  }
  return { ...loss, rows }
}

const joinedNow = (pair: TablePair, name: RowName): string => joinedStates({ ...pair, origin: null }, name)

/** How many rows say something in a column: NULL does not, nor does what the column has anyway. */
export function toldRows({ before }: TablePair, column: Column, asking: Asking): Promise<number> {
  const value = columnOf({ alias: 'b', name: column.name })
  const isOwn = column.default === null ? '' : ` AND ${value} IS NOT ${defaultValueSql(column.default)}`
  return asking.count(`SELECT count(*) AS rows FROM ${tableIn(before, 'main')} WHERE ${value} IS NOT NULL${isOwn}`)
}
