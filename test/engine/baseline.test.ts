import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { buildShadow } from '../../src/engine/build-shadow.ts'
import { findDrift } from '../../src/engine/find-drift.ts'
import { openProject, type Project } from '../../src/engine/project.ts'
import { writeBaseline } from '../../src/engine/write-baseline.ts'
import { DevdbError } from '../../src/error.ts'
import { createStore } from '../../src/event/store.ts'
import { describeChange } from '../../src/schema/describe-change.ts'
import { execute, query } from '../end-to-end/database.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

const { signal } = new AbortController()

function open(files: Readonly<Record<string, string>>, more: Readonly<Record<string, unknown>> = {}): Project {
  const root = tempFolder()
  mkdirSync(join(root, 'migrations'))
  writeFiles(root, files)
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', ...more }
  return openProject(evaluateConfig(exported, join(root, 'devdb.config.ts'), []), createStore(), 'test', 0)
}

const problemOf = (work: Promise<unknown>): Promise<DevdbError> =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => {
      if (error instanceof DevdbError) return error
      throw error
    },
  )

describe('a baseline that does not run is one Problem', () => {
  test.each([
    ['a file that is not there', null, ['a'], 'there is no such file', undefined],
    ['a statement that fails', 'CREATE TABLE a (x);\n\nCREATE TABLE a (x);', ['a'], 'table a already exists', 3],
    ['a command of the shell', '.read all.sql', ['a'], 'syntax error', 1],
    ['an open transaction', 'BEGIN; CREATE TABLE a (x);', ['a'], 'left a transaction open', undefined],
    [
      'a meta table that wants more than names',
      "CREATE TABLE SequelizeMeta (name TEXT CHECK (name <> 'a'))",
      ['a'],
      'CHECK constraint failed',
      undefined,
    ],
  ])('%s', async (_, sql, names, reason, line) => {
    const project = open(sql === null ? {} : { 'schema.sql': sql }, { baseline: { sql: './schema.sql', names } })
    const { code, message, parts } = await problemOf(buildShadow(project, signal))
    expect([code, parts.file, parts.line]).toEqual(['baseline-failed', join(project.config.root, 'schema.sql'), line])
    expect(message).toContain('the baseline schema.sql')
    expect(message).toContain(reason)
    expect(parts.hint).toMatch(/devdb baseline|COMMIT|insert them/)
  })
})

test('names count that the file itself inserts, once', async () => {
  const sql = `BEGIN TRANSACTION; CREATE TABLE SequelizeMeta (name TEXT); INSERT INTO SequelizeMeta VALUES ('a.js'); COMMIT;`
  const project = open({ 'schema.sql': sql }, { baseline: { sql: './schema.sql', names: ['b', 'a.ts', 'b.js'] } })
  const { storage } = await buildShadow(project, signal)
  expect(await query(storage!, 'SELECT name FROM SequelizeMeta')).toEqual([{ name: 'a.js' }, { name: 'b' }])
})

test('what it stands for is no drift, with or without a file, unless dev has yet to apply it', async () => {
  const files = { 'schema.sql': 'CREATE TABLE a (x)', 'migrations/01.js': '' }
  const project = open(files, { baseline: { sql: './schema.sql', names: ['00', '01'] } })
  const { storage } = project.config.dev
  const drift = async (sql: string): Promise<readonly string[] | null> => {
    await execute(storage!, sql)
    const found = await findDrift(project, { tables: {}, views: [], unread: [] }, signal)
    return found?.changes.map(describeChange) ?? null
  }
  expect(
    await drift("CREATE TABLE a (x); CREATE TABLE SequelizeMeta (name); INSERT INTO SequelizeMeta VALUES ('00.js')"),
  ).toBe(null)
  expect(await drift("INSERT INTO SequelizeMeta VALUES ('01.js')")).toEqual([])
  expect(await drift('ALTER TABLE a ADD COLUMN y TEXT')).toEqual(['+ a.y  TEXT'])
  expect(await drift("INSERT INTO SequelizeMeta VALUES ('02-gone.js')")).toBe(null)
})

describe('writing one', () => {
  const meta = "CREATE TABLE done (file TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO done VALUES ('1'), ('2');"
  const migrations = { dir: './migrations', meta: { table: 'done', column: 'file' } }

  test('from a schema of all kinds: its replay is introspected as dev is', async () => {
    const project = open({}, { migrations, dev: "sqlite:my 'dev'.db" })
    const { root, dev } = project.config
    await execute(
      dev.storage!,
      `${meta} CREATE TABLE "a ""b""" (id INTEGER PRIMARY KEY AUTOINCREMENT, c INT REFERENCES "c d", n TEXT COLLATE NOCASE,
         g TEXT AS (upper(n) || ';') STORED, CHECK (n <> 'it''s'));
       CREATE TABLE "c d" (k TEXT PRIMARY KEY, a INT REFERENCES "a ""b""" ON DELETE CASCADE) STRICT, WITHOUT ROWID;
       CREATE UNIQUE INDEX some ON "a ""b""" (lower(n), c DESC) WHERE c > 0;
       CREATE VIEW seen AS SELECT n FROM "a ""b""" -- all;
       ; CREATE TRIGGER shows INSTEAD OF INSERT ON seen BEGIN INSERT INTO "a ""b""" (n) VALUES (new.n); SELECT 1; END;
       INSERT INTO "c d" VALUES ('row', NULL)`,
    )
    const file = join(root, 'deep', 'baseline.sql')
    const report = await writeBaseline(project, { file, overwrites: false }, signal)
    expect(report).toEqual({ file, names: ['1', '2'], tables: 2 })
    expect(readdirSync(join(root, 'deep'))).toEqual(['baseline.sql'])

    const config = { ...project.config, baseline: { sql: file, names: [] } }
    const shadow = await buildShadow({ ...project, config }, signal)
    const read = (target: typeof dev) => project.dialect.introspect(target, config.migrations.meta)
    expect(await read(shadow)).toEqual(await read(dev))
    expect(await query(shadow.storage!, 'SELECT (SELECT count(*) FROM "c d") AS rows, file FROM done')).toEqual([
      { rows: 0, file: '1' },
      { rows: 0, file: '2' },
    ])
    await expect(writeBaseline(project, { file, overwrites: false }, signal)).rejects.toMatchObject({ code: 'EEXIST' })
    await writeBaseline(project, { file, overwrites: true }, signal)
    expect(readdirSync(join(root, 'deep'))).toEqual(['baseline.sql'])
  })

  test('needs a dev database with applied migrations', async () => {
    const project = open({})
    const file = join(project.config.root, 'devdb.baseline.sql')
    const write = () => problemOf(writeBaseline(project, { file, overwrites: false }, signal))
    expect(await write()).toMatchObject({
      code: 'baseline-failed',
      message: expect.stringContaining('no dev database'),
    })
    await execute(project.config.dev.storage!, 'CREATE TABLE a (x)')
    expect(await write()).toMatchObject({
      code: 'baseline-failed',
      message: expect.stringContaining('no applied migrations'),
      parts: { hint: expect.stringContaining('migrations.meta') },
    })
    expect(existsSync(file)).toBe(false)
  })
})
