/** Which rows and values are gone between two states of a database: compared inside SQLite, by primary key. */
import type { Row } from '../../database/connection.ts'
import type { Column, Schema, Table } from '../../schema/schema.ts'
import type { ContentLoss, LossReport, LossRequest } from '../kept-state.ts'
import { defaultSql, literal, quote } from './create-table-sql.ts'
import { foldName } from './sql-tokens.ts'
import { openSqlite, type SqliteConnection } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { fileOf } from './sqlite-target.ts'

/** The states under the names that they are attached with. https://www.sqlite.org/lang_attach.html */
interface States extends LossRequest {
  readonly connection: SqliteConnection
  readonly renamed: Set<string>
}

/**
 * Counts what is gone. What goes back to how it was in `origin` is none, nor are rows that were not there.
 * @param driver the sqlite3 package
 * @param request the states, their schemas, and which tables to look at
 */
export async function findLosses(driver: SqliteDriver, request: LossRequest): Promise<LossReport> {
  const { before, after, origin } = request
  const connection = await openSqlite(driver, fileOf(before.target), 'read')
  try {
    const others = [['after', after], ...(origin === null ? [] : ([['origin', origin]] as const))] as const
    for (const [name, { target }] of others) await connection.all(`ATTACH ${literal(fileOf(target))} AS ${name}`)
    const losses: ContentLoss[] = []
    const renamed = new Set<string>()
    const tables = Object.values(before.schema.tables).filter(({ name }) => request.tables.has(name))
    for (const table of tables) losses.push(...(await lossesOf(table, { ...request, connection, renamed })))
    return { losses, renamed }
  } finally {
    await connection.close()
  }
}

async function lossesOf(table: Table, states: States): Promise<readonly ContentLoss[]> {
  const other = tableOf(states.after.schema, table.name) ?? (await renamedTable(table, states))
  const present = `main.${quote(table.name)}`
  if (other === null) {
    const rows = await count(states, `SELECT count(*) AS rows FROM ${present}`)
    return rows === 0 ? [] : [{ table: table.name, column: null, rows }]
  }
  const key = keyOf(table, other)
  return key === null ? lostRows(table, other, states) : lostByKey(table, other, key, states)
}

const tableOf = ({ tables }: Schema, name: string): Table | null =>
  Object.values(tables).find((table) => foldName(table.name) === foldName(name)) ?? null

/** A new table with the same columns and the same rows is this one under another name. */
async function renamedTable(table: Table, states: States): Promise<Table | null> {
  const { before, after } = states
  for (const other of Object.values(after.schema.tables)) {
    if (tableOf(before.schema, other.name) !== null) continue
    const columns = stored(table).map(({ name }) => name)
    if (!columns.every((name) => hasColumn(other, name))) continue
    const list = columns.map(quote).join(', ')
    const [mine, its] = [
      `SELECT ${list} FROM main.${quote(table.name)}`,
      `SELECT ${list} FROM after.${quote(other.name)}`,
    ]
    const sql = `SELECT (SELECT count(*) FROM (${mine} EXCEPT ${its})) + (SELECT count(*) FROM (${its} EXCEPT ${mine})) AS rows`
    if ((await count(states, sql)) > 0) continue
    states.renamed.add(table.name)
    return other
  }
  return null
}

const stored = ({ columns }: Table): readonly Column[] => columns.filter(({ generated }) => generated === null)
const hasColumn = ({ columns }: Table, name: string): boolean => columns.some((column) => column.name === name)

/** The primary key, where both have its columns. */
function keyOf(table: Table, other: Table): readonly string[] | null {
  const key = table.primaryKey?.columns ?? []
  return key.length > 0 && key.every((name) => hasColumn(other, name)) ? key : null
}

/** Without a key a row is what its columns hold. */
async function lostRows(table: Table, other: Table, states: States): Promise<readonly ContentLoss[]> {
  const columns = stored(table).filter(({ name }) => hasColumn(other, name))
  const list = columns.map(({ name }) => quote(name)).join(', ')
  const sum =
    columns.length === 0
      ? `SELECT (SELECT count(*) FROM main.${quote(table.name)}) - (SELECT count(*) FROM after.${quote(other.name)}) AS n`
      : `SELECT sum(d) AS n FROM (SELECT ${list}, 1 AS d FROM main.${quote(table.name)} UNION ALL SELECT ${list}, -1 FROM after.${quote(other.name)}) GROUP BY ${list}`
  const rows = await count(states, `SELECT coalesce(sum(max(n, 0)), 0) AS rows FROM (${sum})`)
  const gone = await Promise.all(
    stored(table)
      .filter(({ name }) => !hasColumn(other, name))
      .map(async (column) => ({
        table: table.name,
        column: column.name,
        rows: await count(states, `SELECT count(*) AS rows FROM main.${quote(table.name)} b WHERE ${isTold(column)}`),
      })),
  )
  return [{ table: table.name, column: null, rows }, ...gone].filter((loss) => loss.rows > 0)
}

async function lostByKey(
  table: Table,
  other: Table,
  key: readonly string[],
  states: States,
): Promise<readonly ContentLoss[]> {
  const origin = states.origin === null ? null : tableOf(states.origin.schema, table.name)
  const known = origin !== null && key.every((name) => hasColumn(origin, name)) ? origin : null
  const same = (alias: string): string => key.map((name) => `${alias}.${quote(name)} IS b.${quote(name)}`).join(' AND ')
  const inOrigin = known === null ? '' : ` AND EXISTS (SELECT 1 FROM origin.${quote(known.name)} o WHERE ${same('o')})`
  const deleted = await count(
    states,
    `SELECT count(*) AS rows FROM main.${quote(table.name)} b WHERE NOT EXISTS (SELECT 1 FROM after.${quote(other.name)} a WHERE ${same('a')})${inOrigin}`,
  )
  const columns = stored(table).filter(({ name }) => !key.includes(name))
  const kept = columns.filter(({ name }) => hasColumn(other, name))
  const restored = ({ name }: Column): string =>
    known !== null && hasColumn(known, name)
      ? ` AND NOT (o.devdb_known AND o.${quote(name)} IS a.${quote(name)} COLLATE BINARY)`
      : ''
  const join = `FROM main.${quote(table.name)} b JOIN after.${quote(other.name)} a ON ${same('a')}${
    known === null ? '' : ` LEFT JOIN (SELECT *, 1 AS devdb_known FROM origin.${quote(known.name)}) o ON ${same('o')}`
  }`
  const sums = kept.map(
    (column, index) =>
      `sum(b.${quote(column.name)} IS NOT a.${quote(column.name)} COLLATE BINARY${restored(column)}) AS c${index}`,
  )
  const [row] = sums.length === 0 ? [] : await states.connection.all(`SELECT ${sums.join(', ')} ${join}`)
  const changed = kept.map((column, index) => ({
    table: table.name,
    column: column.name,
    rows: Number(row?.[`c${index}`] ?? 0),
  }))
  const gone = await Promise.all(
    columns
      .filter(({ name }) => !hasColumn(other, name))
      .map((column) => lostColumn(column, table, other, same('a'), states)),
  )
  return [{ table: table.name, column: null, rows: deleted }, ...changed, ...gone].filter(({ rows }) => rows > 0)
}

/** A column that is gone, unless a new one holds all that it held: then it has another name. */
async function lostColumn(
  column: Column,
  table: Table,
  other: Table,
  same: string,
  states: States,
): Promise<ContentLoss> {
  const rows = await count(states, `SELECT count(*) AS rows FROM main.${quote(table.name)} b WHERE ${isTold(column)}`)
  const loss = { table: table.name, column: column.name, rows }
  if (rows === 0) return loss
  for (const { name } of stored(other).filter((added) => !hasColumn(table, added.name))) {
    const sql = `SELECT count(*) AS rows FROM main.${quote(table.name)} b JOIN after.${quote(other.name)} a ON ${same} WHERE b.${quote(column.name)} IS NOT a.${quote(name)} COLLATE BINARY`
    if ((await count(states, sql)) > 0) continue
    states.renamed.add(`${table.name}.${column.name}`)
    return { ...loss, rows: 0 }
  }
  return loss
}

/** Whether a value says something: NULL does not, nor does what the column has anyway. */
const isTold = ({ name, default: value }: Column): string =>
  value === null
    ? `b.${quote(name)} IS NOT NULL`
    : `b.${quote(name)} IS NOT NULL AND b.${quote(name)} IS NOT ${defaultSql(value)}`

const count = async ({ connection }: States, sql: string): Promise<number> => {
  const [row] = (await connection.all(sql)) as readonly Row[]
  return Number(row?.rows ?? 0)
}
