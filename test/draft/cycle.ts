/** Drafts between two schemas as `generate` does, in this process, and runs the written file up, down and up on a real database. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { QueryTypes, Sequelize } from 'sequelize'
import { expect } from 'vitest'
import type { Connection } from '../../src/database/connection.ts'
import { absentFunction } from '../../src/dialect/sqlite/absent-function.ts'
import { hazardsOf } from '../../src/dialect/sqlite/hazard.ts'
import { introspectSqlite } from '../../src/dialect/sqlite/introspect-sqlite.ts'
import { modelType } from '../../src/dialect/sqlite/model-type.ts'
import { planSqlite } from '../../src/dialect/sqlite/plan-sqlite.ts'
import { rebuildFunction } from '../../src/dialect/sqlite/rebuild-function.ts'
import { rebuildSql, transactionSql } from '../../src/dialect/sqlite/rebuild-sql.ts'
import { sqliteRules } from '../../src/dialect/sqlite/sqlite-rules.ts'
import { changesDown, changesUp, inOldNames } from '../../src/engine/draft-changes.ts'
import { decideRenames, noAnswers } from '../../src/engine/draft-renames.ts'
import { keepColumns } from '../../src/engine/keep-columns.ts'
import { keptTables } from '../../src/engine/kept-tables.ts'
import type { DraftStyle } from '../../src/migration/draft-style.ts'
import { renderDraft } from '../../src/migration/render-draft.ts'
import { readAnnotations } from '../../src/model/read-annotations.ts'
import { annotate } from '../../src/schema/annotate.ts'
import { applyChanges } from '../../src/schema/apply-changes.ts'
import type { Change } from '../../src/schema/change.ts'
import { describeChange } from '../../src/schema/describe-change.ts'
import { diff } from '../../src/schema/diff.ts'
import { fingerprint } from '../../src/schema/fingerprint.ts'
import { needsEdit, type PlanStep } from '../../src/schema/plan.ts'
import type { Schema } from '../../src/schema/schema.ts'
import { allRows, connectionState, counters, dump, execute, rowsOf, valuesOf } from './oracle.ts'

/** A schema: its statements, or what builds it. */
export type Source = readonly string[] | ((db: Sequelize) => Promise<unknown>)

export interface CycleOptions {
  /** Statements that put rows in. */
  readonly rows?: readonly string[]
  /** Statements for what only migrations make: run before the rows, and in the wanted database only after the draft was made. */
  readonly migrated?: readonly string[]
  /** Those for the wanted database where they are others. */
  readonly migratedAfter?: readonly string[]
  readonly renames?: readonly string[]
  readonly tableRenames?: readonly string[]
  readonly style?: Partial<DraftStyle>
  readonly isSql?: boolean
  readonly keepsColumns?: boolean
  /** Databases in memory. */
  readonly isQuick?: boolean
  /** Leaves what models cannot say out of the comparison, as `generate` does; false: `to` is the whole schema. */
  readonly isFromModels?: boolean
  /** Changes the text before it is written, as a developer does. */
  edit?(text: string): string
}

export interface Drafted {
  readonly from: Schema
  readonly wanted: Schema
  readonly to: Schema
  readonly changes: readonly Change[]
  readonly lines: readonly string[]
  readonly plan: { readonly up: readonly PlanStep[]; readonly down: readonly PlanStep[] }
  readonly text: string
  /** The text of the way back where that is a file of its own. */
  readonly downText: string | null
  readonly needsEdit: boolean
  /** Rows that hazards name. */
  readonly hazards: readonly string[]
  readonly hazardRows: number
}

const umzugStyle: DraftStyle = {
  extension: '.mjs',
  module: 'esm',
  isTypeScript: false,
  signature: 'umzug',
  context: 'queryInterface',
}

const folder = mkdtempSync(join(tmpdir(), 'devdb-draft-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
let count = 0

/** Opens a database of its own; the caller closes it. In memory where a thousand are wanted. */
export const open = (storage = join(folder, `db-${++count}.sqlite`)): Sequelize =>
  new Sequelize({ dialect: 'sqlite', storage, logging: false })

const reader = (db: Sequelize): Connection => ({
  all: (sql) => db.query(sql, { type: QueryTypes.SELECT }),
  run: async (sql) => void (await db.query(sql)),
  close: async () => undefined,
})

export const introspect = (db: Sequelize): Promise<Schema> => introspectSqlite(reader(db), new Set(['SequelizeMeta']))

export const build = async (db: Sequelize, source: Source): Promise<unknown> => {
  // Nothing here outlives the test: no need to wait for the disk.
  await execute(db, ['PRAGMA synchronous = OFF', 'PRAGMA journal_mode = MEMORY'])
  return typeof source === 'function' ? source(db) : execute(db, source)
}

/** Drafts what leads from one database to the schema of another. */
export async function draft(db: Sequelize, wantedDb: Sequelize, options: CycleOptions = {}): Promise<Drafted> {
  const [from, wanted] = [await introspect(db), annotate(await introspect(wantedDb), readAnnotations(wantedDb))]
  const answers = {
    renames: options.renames ?? [],
    tableRenames: options.tableRenames ?? [],
    noRename: true,
    underscored: false,
  }
  const sides = { from, to: wanted, fits: () => true }
  const changes = changesUp(from, wanted, {
    renames: decideRenames(sides, answers, noAnswers, sqliteRules).renames,
    accepted: [],
    rules: sqliteRules,
    isWanted: () => true,
  })
  const to = applyChanges(from, changes)
  const whole = {
    up: planSqlite(from, changes, { isDown: false, to }),
    down: planSqlite(to, changesDown(from, to, changes, sqliteRules), { isDown: true, to: from }),
  }
  const style = { ...umzugStyle, ...options.style }
  const plan = options.keepsColumns === true ? keepColumns(changes, whole, style.extension) : whole
  const { up: text, down: downText } = renderDraft({
    ...plan,
    style,
    from: fingerprint(from),
    to: fingerprint(to),
    remarks: [],
    isSql: options.isSql === true,
    keeps: options.keepsColumns === true ? changes.flatMap(addedColumn) : [],
    dialect: { modelType, rebuildFunction, absentFunction, rebuildSql, transactionSql },
  })
  const hazards = await countHazards(db, from, changes)
  return {
    from,
    wanted,
    to,
    changes,
    lines: changes.map(describeChange),
    plan,
    text: options.edit?.(text) ?? text,
    downText,
    needsEdit: [...plan.up, ...plan.down].some(needsEdit),
    hazards: hazards.map(({ rows, meaning }) => `${rows} ${meaning}`),
    hazardRows: hazards.reduce((sum, { rows }) => sum + rows, 0),
  }
}

const addedColumn = (change: Change): readonly string[] =>
  change.kind === 'add-column' ? [`${change.table}.${change.to.name}`] : []

async function countHazards(db: Sequelize, from: Schema, changes: readonly Change[]) {
  const renames = changes.filter(({ kind }) => kind === 'rename-table' || kind === 'rename-column')
  const rest = changes.slice(renames.length).map((change) => inOldNames(change, renames))
  const to = applyChanges(from, rest)
  const found: { rows: number; meaning: string }[] = []
  for (const change of rest) {
    for (const { sql, meaning } of hazardsOf(change, from, to)) {
      const [row] = (await db.query(sql, { type: QueryTypes.SELECT })) as unknown as { rows: number }[]
      if (row!.rows > 0) found.push({ rows: row!.rows, meaning })
    }
  }
  return found
}

export type Migration = Record<'up' | 'down', (argument: unknown, Sequelize?: unknown) => Promise<void>>

/** Writes the file and imports it. */
export async function load(text: string, extension = '.mjs'): Promise<Migration> {
  const file = join(folder, `draft-${++count}${extension}`)
  writeFileSync(file, text)
  const loaded = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Migration & { default?: Migration }
  return loaded.default ?? loaded
}

/** Calls a migration as Umzug does. */
export const run = (migration: Migration, which: 'up' | 'down', db: Sequelize): Promise<void> =>
  migration[which]({ name: 'draft', context: db.getQueryInterface() })

/** Prepares both databases, and drafts. */
export async function prepare(from: Source, to: Source, options: CycleOptions = {}) {
  const storage = options.isQuick === true ? ':memory:' : undefined
  const [db, wantedDb] = [open(storage), open(storage)]
  await build(db, from)
  await execute(db, options.migrated ?? [])
  await execute(db, options.rows ?? [])
  await build(wantedDb, to)
  const drafted = await draft(db, wantedDb, options)
  await execute(wantedDb, options.migratedAfter ?? options.migrated ?? [])
  return { db, wantedDb, drafted }
}

/** Up, down and up again, each checked. */
export async function cycle(from: Source, to: Source, options: CycleOptions = {}): Promise<Drafted> {
  const { db, wantedDb, drafted } = await prepare(from, to, options)
  try {
    const migration = await load(drafted.text)
    await checkCycle(db, wantedDb, drafted, migration, options)
    return drafted
  } finally {
    await db.close()
    await wantedDb.close()
  }
}

const oldName = (change: Extract<Change, { kind: 'alter-column' }>, changes: readonly Change[]): string =>
  changes.flatMap((each) =>
    each.kind === 'rename-column' && each.table === change.table && each.to === change.from.name ? [each.from] : [],
  )[0] ?? change.from.name

async function checkCycle(
  db: Sequelize,
  wantedDb: Sequelize,
  drafted: Drafted,
  migration: Migration,
  options: CycleOptions,
) {
  const isWhole = options.isFromModels !== true
  const [wanted, wantedSchema] = [isWhole ? await dump(wantedDb) : null, await introspect(wantedDb)]
  const [before, rows, sequence] = [await dump(db), await allRows(db), await counters(db)]
  const state = await connectionState(db)
  const kept = keptTables(drafted.from, drafted.changes)
  const contents = async (side: 'before' | 'after') => {
    const found: Record<string, string[]> = {}
    for (const table of kept)
      found[table.before] = await rowsOf(
        db,
        table[side],
        table.columns.map((column) => column[side]),
      )
    return found
  }
  const rowsKept = await contents('before')
  const altered = drafted.changes.flatMap((change) => (change.kind === 'alter-column' ? [change] : []))
  const meanings = async (side: 'from' | 'to') => {
    const found: string[][] = []
    for (const change of altered) {
      const table = kept.find(({ after }) => after === change.table)!
      const name = side === 'to' ? change.to.name : oldName(change, drafted.changes)
      found.push(await valuesOf(db, side === 'to' ? table.after : table.before, name))
    }
    return found
  }
  const valuesBefore = await meanings('from')
  const checkUp = async (when: string) => {
    const now = await introspect(db)
    expect(diff(now, wantedSchema, { rules: sqliteRules, isFromModels: !isWhole }).map(describeChange), when).toEqual(
      [],
    )
    expect(
      diff(now, drafted.to, { rules: sqliteRules, isFromModels: false }).map(describeChange),
      `${when}, whole`,
    ).toEqual([])
    if (wanted !== null) expect(await dump(db), when).toEqual(wanted)
    expect(await contents('after'), `${when}: rows`).toEqual(rowsKept)
    if (drafted.hazardRows === 0) expect(await meanings('to'), `${when}: altered values`).toEqual(valuesBefore)
    expect(await connectionState(db), when).toEqual(state)
    const second = await draft(db, wantedDb, isWhole ? {} : { isFromModels: true })
    expect(second.lines, `${when}: second draft`).toEqual([])
    const after = await counters(db)
    for (const { before: old, after: name } of kept)
      if (sequence[old] !== undefined && /AUTOINCREMENT/.test(drafted.to.tables[name]?.sql ?? 'AUTOINCREMENT'))
        if (after[name] !== undefined) expect(after[name], `${when}: counter`).toBeGreaterThanOrEqual(sequence[old])
  }
  await run(migration, 'up', db)
  await checkUp('after up')
  await run(migration, 'down', db)
  expect(await dump(db), 'after down').toEqual(before)
  expect(await contents('before'), 'after down: rows').toEqual(rowsKept)
  expect(await connectionState(db), 'after down').toEqual(state)
  if (drafted.hazardRows === 0 && drafted.changes.every(({ kind }) => !kind.startsWith('drop')))
    expect(await allRows(db), 'after down: all rows').toEqual(rows)
  await run(migration, 'up', db)
  await checkUp('after the second up')
}
