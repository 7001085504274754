/** What a draft is planned from: what is no difference, what needs a rebuild, and what rows are in the way. */
import { expect, test } from 'vitest'
import { hazardsOf } from '../../../src/dialect/sqlite/hazard.ts'
import { planSqlite } from '../../../src/dialect/sqlite/plan-sqlite.ts'
import { sqliteRules } from '../../../src/dialect/sqlite/sqlite-rules.ts'
import { applyChanges } from '../../../src/schema/apply-changes.ts'
import { describeChange } from '../../../src/schema/describe-change.ts'
import { diff } from '../../../src/schema/diff.ts'
import { inMemory, schemaOf } from './memory.ts'

const changesOf = async (from: string, to: string, isFromModels = true) =>
  diff(await schemaOf(from), await schemaOf(to), { rules: sqliteRules, isFromModels })

test('a generated column is no difference, whatever the models declare in its place', async () => {
  const from = 'CREATE TABLE t (a TEXT, b TEXT NOT NULL AS (upper(a)) STORED, c AS (1))'
  expect(await changesOf(from, 'CREATE TABLE t (a TEXT, b INTEGER DEFAULT 5)')).toEqual([])
  expect(
    (await changesOf(from, 'CREATE TABLE t (a TEXT, b INTEGER, c AS (1))', false)).map(describeChange),
  ).toHaveLength(2)
})

test('a column that only a trigger mentions is not dropped with ALTER TABLE', async () => {
  const from = 'CREATE TABLE t (a TEXT, b TEXT); CREATE TRIGGER g AFTER INSERT ON T BEGIN SELECT new.B; END;'
  const [schema, changes] = [await schemaOf(from), await changesOf(from, 'CREATE TABLE t (a TEXT)')]
  const plan = planSqlite(schema, changes, { isDown: false, to: applyChanges(schema, changes) })
  expect(plan.map(({ kind }) => kind)).toEqual(['rebuild-table'])
})

test.each([
  [
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)',
    false,
  ],
  [
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)',
    false,
  ],
  [
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)',
    'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a BLOB)',
    true,
  ],
])('from %s to %s a counter is carried: %j', async (from, to, carriesCounter) => {
  const [schema, changes] = [await schemaOf(from), await changesOf(from, to)]
  expect(planSqlite(schema, changes, { isDown: false, to: applyChanges(schema, changes) })).toMatchObject([
    { carriesCounter },
  ])
})

test.each([
  ['a TEXT COLLATE NOCASE PRIMARY KEY, UNIQUE (a COLLATE BINARY)', 1],
  ['a TEXT COLLATE nocase PRIMARY KEY, UNIQUE (a COLLATE NOCASE)', 0],
  ['a TEXT PRIMARY KEY, UNIQUE (a COLLATE binary)', 0],
  ['a TEXT PRIMARY KEY, UNIQUE (a COLLATE NOCASE)', 1],
])('of (%s) the key makes the unique superfluous, unless its collation is another', async (columns, count) => {
  const key = `CREATE TABLE t (${columns.replace(/, UNIQUE.*/, '')})`
  const changes = await changesOf(
    `CREATE TABLE t (${columns}); CREATE UNIQUE INDEX u ON t (${/UNIQUE \((.*)\)/.exec(columns)![1]});`,
    key,
  )
  expect(changes.filter(({ kind }) => kind === 'drop-index')).toHaveLength(count)
})

test.each([
  ['a VARCHAR(3)', 'a CHAR(3)', "'abcd'", []],
  ['a VARCHAR(4)', 'a VARCHAR(3)', "'abcd'", ['1 values of t.a are longer than 3']],
  ['a INTEGER', 'a VARCHAR(9)', '7', ['1 values of t.a become text']],
  ['a INTEGER) STRICT; --', 'a VARCHAR(9)', '7', ['1 values of t.a become text']],
  ['a TEXT) STRICT; --', 'a INTEGER', "'x'", ['1 values of t.a are no numbers']],
  ['a REAL) STRICT; --', 'a INTEGER', '1.5', ['1 values of t.a are no integers, and a STRICT table refuses them']],
  ['a REAL) STRICT; --', 'a INTEGER', '2.0', []],
  ['a TEXT) STRICT; --', 'a GEOMETRY', "'007'", []],
])('(%s) becomes (%s) with %s: %j', async (before, after, value, messages) => {
  const sql = `CREATE TABLE t (${before}\n)`.replace('\n)', before.includes('STRICT') ? '' : ')')
  const [from, changes] = [await schemaOf(sql), await changesOf(sql, `CREATE TABLE t (${after})`)]
  const queries = changes.flatMap((change) => hazardsOf(change, from, applyChanges(from, changes)))
  const found = await inMemory(`${sql}\n; INSERT INTO t VALUES (${value})`, (connection) =>
    Promise.all(queries.map(async (query) => ({ ...query, rows: (await connection.all(query.sql))[0]!.rows }))),
  )
  expect(found.flatMap(({ rows, meaning }) => (rows === 0 ? [] : [`${rows} ${meaning}`]))).toEqual(messages)
})
