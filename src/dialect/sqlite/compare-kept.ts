/** Whether tables hold to the bit what they held: compared inside SQLite, so that no row comes into this process. */
import type { Table } from '../../schema/schema.ts'
import type { KeptRequest, KeptTable } from '../kept-state.ts'
import { literal } from './create-table-sql.ts'
import { introspectSqlite } from './introspect-sqlite.ts'
import { missingRows } from './row-bag.ts'
import { columnOf, isExactlySame, joined } from './same-value.ts'
import { openSqlite, type SqliteConnection } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { fileOf } from './sqlite-target.ts'
import {
  findColumn,
  findTable,
  isSameRow,
  keyOf,
  type RowName,
  rowidOf,
  sidesOf,
  type TablePair,
  tableIn,
} from './table-pair.ts'

/**
 * Compares two databases that nobody writes to.
 * @param driver the sqlite3 package
 * @param request which, and what of them
 * @returns a line for each table that holds something else
 */
export async function compareKept(driver: SqliteDriver, request: KeptRequest): Promise<readonly string[]> {
  const [before, now] = [await schemaIn(driver, fileOf(request.before)), await schemaIn(driver, fileOf(request.now))]
  const connection = await openSqlite(driver, fileOf(request.before), 'read')
  try {
    await connection.all(`ATTACH ${literal(fileOf(request.now))} AS after`)
    const lines: string[] = []
    for (const kept of request.tables) {
      const table = findTable(before, kept.before)
      const line =
        table === null
          ? null
          : await compareTable(connection, table, findTable(now, kept[request.names]), kept, request.names)
      if (line !== null) lines.push(line)
    }
    return lines
  } finally {
    await connection.close()
  }
}

async function schemaIn(driver: SqliteDriver, file: string) {
  const connection = await openSqlite(driver, file, 'read')
  return introspectSqlite(connection, new Set()).finally(() => connection.close())
}

async function compareTable(
  connection: SqliteConnection,
  table: Table,
  other: Table | null,
  kept: KeptTable,
  names: KeptRequest['names'],
): Promise<string | null> {
  const count = async (sql: string): Promise<number> => Number((await connection.all(sql))[0]?.rows ?? 0)
  const size = (each: Table, state: 'main' | 'after') => count(`SELECT count(*) AS rows FROM ${tableIn(each, state)}`)
  const [rows, left] = [await size(table, 'main'), other === null ? 0 : await size(other, 'after')]
  if (other === null || rows !== left) return `${left} of ${rows} rows are left in ${table.name}`
  const pair = pairOf(table, other, kept, names)
  const missing = kept.columns.find((column) => findColumn(other, column[names]) === undefined)
  if (missing !== undefined) return `${table.name}.${missing.before} is gone`
  const name = await nameOf(pair, count)
  if (name !== null && (await count(sameRows(pair, name))) === rows) return null
  const isOther = (name !== null && 'columns' in name) || (await count(differingRows(pair))) > 0
  return isOther ? `the rows of ${table.name} hold other values` : null
}

function pairOf(table: Table, other: Table, kept: KeptTable, names: KeptRequest['names']): TablePair {
  const shared = kept.columns.flatMap((column) => {
    const [before, after] = [findColumn(table, column.before), findColumn(other, column[names])]
    return before === undefined || after === undefined ? [] : [{ before, after }]
  })
  return { before: table, after: other, origin: null, shared, gone: [], added: [] }
}

/** What may name a row: the key, where it is kept and no row has NULL in it, or the rowid, which a rebuild may have changed. */
async function nameOf(pair: TablePair, count: (sql: string) => Promise<number>): Promise<RowName | null> {
  const columns = keyOf(pair)
  const isKept = columns?.every((key) =>
    pair.shared.some(({ before, after }) => before === key.before && after.name === key.after.name),
  )
  if (columns === null || isKept !== true) return rowidOf(pair)
  const isNull = columns.map(({ before }) => `${columnOf({ alias: 'b', name: before.name })} IS NULL`)
  const open = await count(
    `SELECT EXISTS (SELECT 1 FROM ${tableIn(pair.before, 'main')} WHERE ${joined(isNull, 'OR', '0')}) AS rows`,
  )
  return open === 0 ? { columns } : rowidOf(pair)
}

/** Row by row: nothing is sorted, and no more than two rows are in memory. */
const sameRows = (pair: TablePair, name: RowName): string =>
  `SELECT count(*) AS rows FROM ${tableIn(pair.before, 'main')} JOIN ${tableIn(pair.after, 'after')} ON ${isSameRow(name, 'after')} WHERE ${joined(
    pair.shared.map((column) => isExactlySame(...sidesOf(column))),
    'AND',
    '1',
  )}`

/** As bags of rows, where a rebuild may have given them other rowids. */
function differingRows(pair: TablePair): string {
  const valuesOf = (side: 0 | 1): readonly string[] => {
    const columns = pair.shared.map((column) => columnOf(sidesOf(column)[side]))
    const types = columns.map((column) => `substr(typeof(${column}), 1, 1)`)
    return [...columns.map((column) => `+${column}`), joined(types, '||', "''")]
  }
  return missingRows(
    { from: tableIn(pair.before, 'main'), values: valuesOf(0) },
    { from: tableIn(pair.after, 'after'), values: valuesOf(1) },
  )
}
