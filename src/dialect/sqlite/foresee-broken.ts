/** What changes would break, and what would stop them: tried on an empty database in memory, so that SQLite itself says it. */
import type { Connection } from '../../database/connection.ts'
import { applyChanges } from '../../schema/apply-changes.ts'
import type { Change } from '../../schema/change.ts'
import type { Dependent, Schema, Table } from '../../schema/schema.ts'
import type { BlamedObject, Breakage } from '../broken-object.ts'
import { createIndexSql, createTableSql, quote } from './create-table-sql.ts'
import { findBroken } from './find-broken.ts'
import { planRenames } from './plan-renames.ts'
import { planSqlite } from './plan-sqlite.ts'
import { foldName } from './sql-tokens.ts'
import { openSqlite } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

/**
 * Tries changes.
 * @param driver the sqlite3 package
 * @param from the schema before
 * @param changes renames first
 * @param dev what dev has besides, such as a view that somebody made by hand; null where there is no dev
 */
export async function foreseeBroken(
  driver: SqliteDriver,
  from: Schema,
  changes: readonly Change[],
  dev: Schema | null,
): Promise<Breakage> {
  const whole = union(from, dev)
  const tables = Object.values(whole.tables)
  if (!changes.some(takesAway) || tables.every(({ triggers }) => triggers.length === 0 && whole.views.length === 0))
    return { broken: [], blocking: [] }
  const connection = await openSqlite(driver, ':memory:', 'create')
  try {
    const objects = [...whole.views, ...tables.flatMap(({ triggers }) => triggers)]
    // What needs a module or a function that only the application has is left out, and so is what stands on it.
    const made = [...tables.flatMap(({ sql, indexes }) => [sql, ...indexes.flatMap((index) => index.sql ?? [])])]
    for (const sql of [...made, ...objects.map((each) => each.sql)]) await ignoring(connection, sql)
    const before = await findBroken(connection, new Set())
    for (const { type, name } of before) await ignoring(connection, `DROP ${type} ${quote(name)}`)
    await simulate(connection, from, changes)
    return { broken: await findBroken(connection, new Set()), blocking: isStopped(from, changes) ? before : [] }
  } finally {
    await connection.close()
  }
}

const takesAway = ({ kind }: Change): boolean =>
  /^rename-|^drop-(?:table|column|object|index)$|^alter-primary-key$/.test(kind)

/** The tables and objects of both, those of the first where both have one. */
function union(from: Schema, dev: Schema | null): Pick<Schema, 'tables' | 'views'> {
  if (dev === null) return from
  const merged = (first: readonly Dependent[], second: readonly Dependent[]): readonly Dependent[] => {
    const names = new Set(first.map(({ name }) => foldName(name)))
    return [...first, ...second.filter(({ name }) => !names.has(foldName(name)))]
  }
  const own = new Map(Object.values(from.tables).map((table) => [foldName(table.name), table]))
  for (const table of Object.values(dev.tables)) {
    const key = foldName(table.name)
    const present = own.get(key)
    own.set(key, present === undefined ? table : { ...present, triggers: merged(present.triggers, table.triggers) })
  }
  return { tables: Object.fromEntries(own), views: merged(from.views, dev.views) }
}

/** Makes what can break something: renames, and what is not there any more. */
async function simulate(connection: Connection, from: Schema, changes: readonly Change[]): Promise<void> {
  const renames = changes.filter(({ kind }) => kind === 'rename-table' || kind === 'rename-column')
  for (const step of planRenames(from, renames))
    if (step.kind === 'rename-table' || step.kind === 'sql') await ignoring(connection, step.sql)
  const to = applyChanges(from, changes)
  await connection.run('PRAGMA legacy_alter_table = ON')
  for (const change of changes) {
    const { kind, table } = change
    if (kind === 'create-table') await ignoring(connection, createTableSql(change.to))
    if (kind === 'drop-table') await ignoring(connection, `DROP TABLE ${quote(table)}`)
    if (kind === 'drop-object' && change.from.name !== null && /^(?:trigger|view)$/.test(change.from.type))
      await ignoring(connection, `DROP ${change.from.type} ${quote(change.from.name)}`)
  }
  const narrowed = new Set(changes.flatMap((change) => (takesFromTable(change) ? [change.table] : [])))
  for (const name of narrowed) {
    const table = to.tables[name]
    const triggers = await connection.all(
      "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE",
      [name],
    )
    await ignoring(connection, `DROP TABLE ${quote(name)}`)
    if (table !== undefined) for (const sql of tableStatements(table)) await ignoring(connection, sql)
    for (const { sql } of triggers) await ignoring(connection, String(sql))
  }
}

/** What a trigger may use: a column, or a key that its ON CONFLICT names. https://www.sqlite.org/lang_upsert.html */
const takesFromTable = ({ kind }: Change): boolean => /^(?:drop-column|drop-index|alter-primary-key)$/.test(kind)

const tableStatements = (table: Table): readonly string[] => [
  createTableSql(table),
  ...table.indexes.flatMap((index) =>
    index.origin === 'index' ? [createIndexSql(table.name, index, index.name)] : [],
  ),
]

/** Whether SQLite looks at every trigger and view before it does this, and refuses where one does not work. https://www.sqlite.org/lang_altertable.html */
const isStopped = (from: Schema, changes: readonly Change[]): boolean =>
  planSqlite(from, changes, { isDown: false, to: applyChanges(from, changes) }).some(
    (step) =>
      step.kind === 'rename-table' ||
      (step.kind === 'sql' && /^ALTER TABLE .* (?:RENAME|DROP) COLUMN /s.test(step.sql)),
  )

const ignoring = (connection: Connection, sql: string): Promise<void> => connection.run(sql).catch(() => undefined)

/**
 * The trigger, view or index that an error of ALTER TABLE names.
 * @param message what the database said
 */
export function blamedObject(message: string): BlamedObject | null {
  const match = /error in (view|trigger|index) (.+?)( after (?:rename|drop column))?: (.*)/s.exec(message)
  if (match === null) return null
  const [, type, name, after, reason] = match
  return { type: type as BlamedObject['type'], name: name!, reason: reason!, isBefore: after === undefined }
}
