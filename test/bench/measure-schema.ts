/** One run: creates a database, introspects it, compares and drafts, and checks each result before its time counts. */
import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { absentFunction } from '../../src/dialect/sqlite/absent-function.ts'
import { introspectSqlite } from '../../src/dialect/sqlite/introspect-sqlite.ts'
import { modelType } from '../../src/dialect/sqlite/model-type.ts'
import { planSqlite } from '../../src/dialect/sqlite/plan-sqlite.ts'
import { rebuildFunction } from '../../src/dialect/sqlite/rebuild-function.ts'
import { rebuildSql, transactionSql } from '../../src/dialect/sqlite/rebuild-sql.ts'
import { openSqlite } from '../../src/dialect/sqlite/sqlite-connection.ts'
import { sqliteRules } from '../../src/dialect/sqlite/sqlite-rules.ts'
import { changesDown, changesUp } from '../../src/engine/draft-changes.ts'
import { renderDraft } from '../../src/migration/render-draft.ts'
import { applyChanges } from '../../src/schema/apply-changes.ts'
import { diff } from '../../src/schema/diff.ts'
import { fingerprint } from '../../src/schema/fingerprint.ts'
import type { Schema } from '../../src/schema/schema.ts'
import { driver } from '../dialect/sqlite/memory.ts'
import { createStatements, type Stage } from './bench-schema.ts'

/** What is measured. `create` is the yardstick: the statements one after the other, in one transaction, without waiting for the disk. */
export const tasks = [
  'create',
  'introspect',
  'diff, equal',
  'diff, all changed',
  'draft of all',
  'first draft',
] as const

/** Milliseconds by task. */
export type Times = Readonly<Record<(typeof tasks)[number], number>>

const empty: Schema = { tables: {}, views: [], unread: [] }

/**
 * Measures each task once.
 * @param tables how many
 * @param file where databases may be made: `file`.before and `file`.after
 * @throws AssertionError when a result is wrong
 */
export async function measure(tables: number, file: string): Promise<Times> {
  const before = await createAndRead(tables, 'before', `${file}.before`)
  const after = await createAndRead(tables, 'after', `${file}.after`)
  const [from, to] = [before.schema, after.schema]
  const scope = { rules: sqliteRules, isFromModels: true }
  const equal = timed(() => diff(from, before.again, scope))
  assert.deepEqual(equal.result, [])
  const changed = timed(() => diff(from, to, scope))
  assert.equal(changed.result.length, tables)
  const draft = timed(() => draftOf(from, to))
  checkDraft(draft.result, tables, tables)
  const first = timed(() => draftOf(empty, from))
  checkDraft(first.result, tables, 3 * tables)
  return {
    create: before.create,
    introspect: before.introspect,
    'diff, equal': equal.ms,
    'diff, all changed': changed.ms,
    'draft of all': draft.ms,
    'first draft': first.ms,
  }
}

async function createAndRead(tables: number, stage: Stage, file: string) {
  const connection = await openSqlite(driver, file, 'create')
  try {
    await connection.run('PRAGMA synchronous = OFF')
    const create = await timedAsync(async () => {
      for (const sql of ['BEGIN', ...createStatements(tables, stage), 'COMMIT']) await connection.run(sql)
    })
    // Read by a connection of its own, which has parsed nothing yet, as devdb does.
    const introspect = await timedAsync(async () => {
      const reader = await openSqlite(driver, file, 'read')
      return introspectSqlite(reader, new Set()).finally(() => reader.close())
    })
    checkSchema(introspect.result, tables, stage)
    const again = await introspectSqlite(connection, new Set())
    return { create: create.ms, introspect: introspect.ms, schema: introspect.result, again }
  } finally {
    await connection.close()
  }
}

function checkSchema(schema: Schema, tables: number, stage: Stage): void {
  const found = Object.values(schema.tables)
  assert.deepEqual([found.length, schema.unread.length], [tables, 0])
  for (const table of found) {
    const isLonger = stage === 'after' && !table.name.endsWith('0')
    const shape = [table.columns.length, table.indexes.length, table.foreignKeys.length, table.primaryKey?.columns]
    assert.deepEqual(shape, [isLonger ? 11 : 10, 2, 1, ['id']])
    assert.deepEqual(
      table.indexes.map(({ unique }) => unique),
      [false, true],
    )
  }
}

/** As `generate` makes it, from two schemas to the text. */
export function draftOf(from: Schema, wanted: Schema) {
  const changes = changesUp(from, wanted, {
    renames: [],
    accepted: [],
    rules: sqliteRules,
    isWanted: () => true,
  })
  const to = applyChanges(from, changes)
  const up = planSqlite(from, changes, { isDown: false, to })
  const down = planSqlite(to, changesDown(from, to, changes, sqliteRules), { isDown: true, to: from })
  const text = renderDraft({
    up,
    down,
    style: { extension: '.mjs', module: 'esm', isTypeScript: false, signature: 'umzug', context: 'queryInterface' },
    from: fingerprint(from),
    to: fingerprint(to),
    remarks: [],
    isSql: false,
    keeps: [],
    dialect: { modelType, rebuildFunction, absentFunction, rebuildSql, transactionSql },
  }).up
  return { text, steps: up.length, left: diff(to, wanted, { rules: sqliteRules, isFromModels: false }) }
}

function checkDraft({ text, steps, left }: ReturnType<typeof draftOf>, tables: number, wanted: number): void {
  assert.deepEqual([steps, left], [wanted, []])
  for (let index = 0; index < tables; index += 9) assert.ok(text.includes(`'table_${index}'`))
}

function timed<Result>(act: () => Result): { readonly ms: number; readonly result: Result } {
  const start = performance.now()
  const result = act()
  return { ms: performance.now() - start, result }
}

async function timedAsync<Result>(
  act: () => Promise<Result>,
): Promise<{ readonly ms: number; readonly result: Result }> {
  const start = performance.now()
  const result = await act()
  return { ms: performance.now() - start, result }
}
