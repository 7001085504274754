/** Which triggers, views and full-text indexes do not work: SQLite notices only when it uses them what they no longer find. */
import type { Connection, Row } from '../../database/connection.ts'
import { messageOf } from '../../error.ts'
import type { BrokenObject } from '../broken-object.ts'
import { literal, quote } from './create-table-sql.ts'
import { foldName, isKeyword, isSymbol, nameOf, readTokens, type SqlToken } from './sql-tokens.ts'

const objects = `
  SELECT type, name, tbl_name AS "table", sql FROM sqlite_master
  WHERE type IN ('trigger', 'view') OR sql LIKE 'CREATE VIRTUAL TABLE%' ORDER BY name`

/**
 * Prepares each once, and runs the integrity check of full-text tables over some tables. Nothing is changed.
 * @param connection a database that nobody else uses; what is tried is rolled back
 * @param indexed the tables whose full-text indexes are checked, for that reads all of them
 */
export async function findBroken(
  connection: Connection,
  indexed: ReadonlySet<string>,
): Promise<readonly BrokenObject[]> {
  const rows = await connection.all(objects)
  const broken: BrokenObject[] = []
  for (const row of rows) {
    const [type, name] = [String(row.type), String(row.name)]
    const reason = type === 'view' ? await failure(connection, `EXPLAIN SELECT * FROM ${quote(name)}`) : null
    if (reason !== null) broken.push({ type: 'view', name, table: name, reason })
    const content = type === 'table' ? fullTextOf(String(row.sql)) : null
    if (content !== null && [...indexed].some((each) => foldName(each) === foldName(content.table))) {
      const mismatch = await trying(connection, () => failure(connection, content.check(name)))
      if (mismatch !== null) broken.push({ type: 'index', name, table: content.table, reason: mismatch })
    }
  }
  return [...broken, ...(await findBrokenTriggers(connection, rows))]
}

async function findBrokenTriggers(connection: Connection, rows: readonly Row[]): Promise<readonly BrokenObject[]> {
  const triggers = rows
    .filter(({ type }) => type === 'trigger')
    .map((row) => ({ name: String(row.name), table: String(row.table), ...readTrigger(String(row.sql)) }))
  const broken: BrokenObject[] = []
  const known = new Map<string, Promise<string | null>>()
  for (const { name, table, event, columns } of triggers) {
    // One statement fires all triggers of a table and an event, and what these fire.
    const key = `${event} ${foldName(table)}`
    const any = known.get(key) ?? fire(connection, table, event)
    known.set(key, any)
    const others = triggers.filter((other) => other.name !== name).map((other) => other.name)
    const reason =
      (await missingColumn(connection, table, columns)) ??
      ((await any) === null ? null : await trying(connection, () => fireAlone(connection, table, event, others)))
    if (reason !== null) broken.push({ type: 'trigger', name, table, reason })
  }
  return broken
}

type Event = 'INSERT' | 'UPDATE' | 'DELETE'

/** Prepares a statement that fires all triggers for an event. @returns why that fails, or null */
async function fire(connection: Connection, table: string, event: Event): Promise<string | null> {
  if (event === 'INSERT') return failure(connection, `EXPLAIN INSERT INTO ${quote(table)} DEFAULT VALUES`)
  if (event === 'DELETE') return failure(connection, `EXPLAIN DELETE FROM ${quote(table)}`)
  const columns = await columnsOf(connection, table)
  const list = columns.map((name) => `${quote(name)} = ${quote(name)}`).join(', ')
  return list === '' ? null : failure(connection, `EXPLAIN UPDATE ${quote(table)} SET ${list}`)
}

async function fireAlone(connection: Connection, table: string, event: Event, others: readonly string[]) {
  for (const name of others) await connection.run(`DROP TRIGGER ${quote(name)}`)
  return fire(connection, table, event)
}

/** A trigger for a column that is not there never fires, and nothing says so. */
async function missingColumn(connection: Connection, table: string, names: readonly string[]): Promise<string | null> {
  if (names.length === 0) return null
  const present = new Set((await columnsOf(connection, table)).map(foldName))
  const missing = names.find((name) => !present.has(foldName(name)))
  return missing === undefined ? null : `no such column: ${missing}`
}

/** Columns that can be written; none of a view that does not work itself. */
const columnsOf = (connection: Connection, table: string): Promise<readonly string[]> =>
  connection.all(`SELECT name FROM pragma_table_xinfo(${literal(table)}) WHERE hidden = 0`).then(
    (rows) => rows.map(({ name }) => String(name)),
    () => [],
  )

/** What a statement fails with; null where it does not. */
const failure = (connection: Connection, sql: string): Promise<string | null> =>
  connection.all(sql).then(
    () => null,
    (error: unknown) => messageOf(error).replace(/^SQLITE_[A-Z]+: /, ''),
  )

/** Tries something that writes. */
async function trying<Value>(connection: Connection, attempt: () => Promise<Value>): Promise<Value> {
  await connection.run('SAVEPOINT trying')
  try {
    return await attempt()
  } finally {
    await connection.run('ROLLBACK TO trying; RELEASE trying')
  }
}

/** When a trigger fires: for which event, and for which columns where it names some. https://www.sqlite.org/lang_createtrigger.html */
function readTrigger(sql: string): { readonly event: Event; readonly columns: readonly string[] } {
  const tokens = readTokens(sql)
  const at = tokens.findIndex((token) => isKeyword(token, 'INSERT', 'UPDATE', 'DELETE'))
  const event = (tokens[at]?.text.toUpperCase() ?? 'INSERT') as Event
  if (!isKeyword(tokens[at + 1], 'OF')) return { event, columns: [] }
  const end = tokens.findIndex((token, index) => index > at && isKeyword(token, 'ON'))
  return { event, columns: tokens.slice(at + 2, end).flatMap((token) => (isSymbol(token, ',') ? [] : [nameOf(token)])) }
}

interface FullText {
  readonly table: string
  /** The statement that fails where the index is not that of the table. */
  check(name: string): string
}

/** The table that a full-text table indexes; null where it holds its rows itself. https://www.sqlite.org/fts5.html#the_integrity_check_command */
function fullTextOf(sql: string): FullText | null {
  const tokens = readTokens(sql)
  const at = tokens.findIndex((token) => isKeyword(token, 'USING'))
  const module = tokens[at + 1]
  if (at < 0 || !isKeyword(module, 'FTS3', 'FTS4', 'FTS5')) return null
  const content = tokens.findIndex((token, index) => index > at && contentOption(token, tokens[index + 1]))
  const value = content < 0 ? undefined : tokens[content + 2]
  const table = value === undefined ? '' : nameOf(value)
  if (table === '') return null
  const isFive = isKeyword(module, 'FTS5')
  return {
    table,
    check: (name) =>
      `INSERT INTO ${quote(name)} (${quote(name)}${isFive ? ', rank' : ''}) VALUES ('integrity-check'${isFive ? ', 1' : ''})`,
  }
}

const contentOption = (token: SqlToken, next: SqlToken | undefined): boolean =>
  isKeyword(token, 'CONTENT') && isSymbol(next, '=')
