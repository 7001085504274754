/** Which rows and values are gone or others between two states of a database: compared inside SQLite. */
import type { Row } from '../../database/connection.ts'
import type { RowLoss } from '../../event/row-loss.ts'
import type { Table } from '../../schema/schema.ts'
import type { LossReport, LossRequest } from '../kept-state.ts'
import { literal } from './create-table-sql.ts'
import { type Asking, changedRows, lossesByName } from './losses-by-name.ts'
import { bagLoss, lossesOfBag } from './losses-of-bag.ts'
import { columnOf, joined } from './same-value.ts'
import { openSqlite, type SqliteConnection } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { fileOf } from './sqlite-target.ts'
import {
  findColumn,
  findTable,
  keyOf,
  pairTables,
  type RowName,
  rowidOf,
  type TablePair,
  tableIn,
} from './table-pair.ts'

/** The states are attached under the names `main`, `after` and `origin`. https://www.sqlite.org/lang_attach.html */
interface States extends LossRequest, Asking {}

/**
 * Counts what is gone. What goes back to how it was in `origin` is none, nor are rows that were not there.
 * @param driver the sqlite3 package
 * @param request the states, their schemas, and which tables to look at
 */
export async function findLosses(driver: SqliteDriver, request: LossRequest): Promise<LossReport> {
  const { before, after, origin, maxMs } = request
  const connection = await openSqlite(driver, fileOf(before.target), 'read')
  const renamed = new Set<string>()
  const losses: RowLoss[] = []
  const limit = limitOf(connection, maxMs)
  try {
    const others = [['after', after], ...(origin === null ? [] : ([['origin', origin]] as const))] as const
    for (const [name, { target }] of others) await connection.all(`ATTACH ${literal(fileOf(target))} AS ${name}`)
    const states = { ...request, ...asking(connection, limit), renamed }
    const tables = Object.values(before.schema.tables).filter(({ name }) => request.tables.has(name))
    for (const table of tables) losses.push(...(await lossesOf(table, states)))
    return { losses, renamed, isWhole: true }
  } catch (error) {
    if (!limit.isOver()) throw error
    return { losses, renamed, isWhole: false }
  } finally {
    limit.clear()
    await connection.close()
  }
}

interface Limit {
  isOver(): boolean
  clear(): void
}

/** After the limit the statement that runs ends with an error, and no other begins. */
function limitOf(connection: SqliteConnection, maxMs: number | undefined): Limit {
  if (maxMs === undefined) return { isOver: () => false, clear: () => undefined }
  let isOver = false
  const timer = setTimeout(() => {
    isOver = true
    connection.interrupt()
  }, maxMs)
  return { isOver: () => isOver, clear: () => clearTimeout(timer) }
}

function asking(connection: SqliteConnection, limit: Limit): Omit<Asking, 'renamed'> {
  const first = async (sql: string): Promise<Row> => {
    if (limit.isOver()) throw new Error('it took too long')
    return (await connection.all(sql))[0] ?? {}
  }
  return { first, count: async (sql) => Number((await first(sql)).rows ?? 0) }
}

async function lossesOf(table: Table, states: States): Promise<readonly RowLoss[]> {
  const origin = states.origin === null ? null : findTable(states.origin.schema, table.name)
  const same = findTable(states.after.schema, table.name)
  if (same !== null) return lossesOfPair(pairTables(table, same, origin), states)
  const rows = await states.count(`SELECT count(*) AS rows FROM ${tableIn(table, 'main')}`)
  return (await renamedTable(table, rows, states)) ?? all(table, rows)
}

const all = ({ name }: Table, rows: number): readonly RowLoss[] =>
  rows === 0 ? [] : [{ kind: 'deleted', table: name, column: null, rows }]

/** A new table that holds all rows of this one, and at least half of its columns, is this one under another name. */
async function renamedTable(table: Table, rows: number, states: States): Promise<readonly RowLoss[] | null> {
  const { before, after } = states
  for (const other of Object.values(after.schema.tables)) {
    if (findTable(before.schema, other.name) !== null) continue
    const pair = pairTables(table, other, null)
    const isLike =
      rows === 0 ? pair.gone.length === 0 : pair.shared.length > 1 && pair.shared.length >= pair.gone.length
    if (!isLike && pair.gone.length > 0) continue
    const renamed = new Set<string>()
    const found = await lossesOfPair(pair, { ...states, renamed })
    if (found.some(({ kind }) => kind !== 'dropped')) continue
    for (const name of [table.name, ...renamed]) states.renamed.add(name)
    return found
  }
  return null
}

async function lossesOfPair(pair: TablePair, states: States): Promise<readonly RowLoss[]> {
  const columns = keyOf(pair)
  if (columns !== null && !(await hasOpenKey(pair, columns, states))) {
    const found = await lossesByName(withOrigin(pair, columns), { columns }, states)
    const isNewName = columns.some(({ before, after }) => before.name !== after.name)
    // Under another name, and with no value that it had, it is another key.
    if (!isNewName || !(await isAllGone(pair, found, states))) return found
  }
  return lossesWithoutKey(pair, states)
}

/** In `origin` the key must be the same, or nothing is known of its rows. */
const withOrigin = (pair: TablePair, columns: Extract<RowName, { columns: unknown }>['columns']): TablePair =>
  pair.origin !== null && columns.every(({ before }) => findColumn(pair.origin!, before.name) !== undefined)
    ? pair
    : { ...pair, origin: null }

async function hasOpenKey(
  { before }: TablePair,
  columns: Extract<RowName, { columns: unknown }>['columns'],
  states: States,
) {
  const open = columns.filter((column) => column.before.nullable)
  if (open.length === 0) return false
  const isNull = open.map((column) => `${columnOf({ alias: 'b', name: column.before.name })} IS NULL`)
  const sql = `SELECT EXISTS (SELECT 1 FROM ${tableIn(before, 'main')} WHERE ${joined(isNull, 'OR', '0')}) AS rows`
  return (await states.count(sql)) > 0
}

async function isAllGone({ before }: TablePair, found: readonly RowLoss[], states: States): Promise<boolean> {
  const deleted = found.find(({ kind }) => kind === 'deleted')?.rows ?? 0
  return deleted > 0 && deleted === (await states.count(`SELECT count(*) AS rows FROM ${tableIn(before, 'main')}`))
}

/**
 * Rows keep their rowid while they are updated, and may get another one in a rebuild. So the rowid counts where it explains no more losses than
 * the bags of rows do; it also says which column was changed.
 */
async function lossesWithoutKey(pair: TablePair, states: States): Promise<readonly RowLoss[]> {
  const name = rowidOf(pair)
  if (name === null) return lossesOfBag(pair, await bagLoss(pair, states), states)
  const found = await lossesByName(pair, name, states)
  const deleted = found.find(({ kind }) => kind === 'deleted')?.rows ?? 0
  const changed = await changedRows(pair, name, states)
  if (deleted + changed === 0) return found
  const bag = await bagLoss(pair, states)
  const isAsGood = deleted <= bag.deleted && deleted + changed <= bag.deleted + bag.changed
  return isAsGood ? found : lossesOfBag(pair, bag, states)
}
