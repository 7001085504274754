/** The four ways out of drift, for every kind of object: adopted, taken back, ignored, left. Real files; the shadow starts from a baseline. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { createEngine } from '../../src/engine/engine.ts'
import { findDrift } from '../../src/engine/find-drift.ts'
import { openProject } from '../../src/engine/project.ts'
import { type DriftWish, noRenames, settleDrift } from '../../src/engine/settle-drift.ts'
import { tryWayBack } from '../../src/engine/take-back-drift.ts'
import { createStore } from '../../src/event/store.ts'
import { execute, query } from '../end-to-end/database.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

const { signal } = new AbortController()
const models = { tables: {}, views: [], unread: [] }

/** A project whose migrations made one thing, and whose dev has another. */
async function open(made: string, dev: string, { owned = '', neighbour = '' } = {}) {
  const root = tempFolder()
  mkdirSync(join(root, 'migrations'))
  writeFiles(root, { 'schema.sql': made, 'package.json': '{}' })
  if (neighbour !== '') writeFiles(root, { [`migrations/${neighbour}`]: 'SELECT 1' })
  const baseline = { sql: './schema.sql', names: ['01'] }
  const exported = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', baseline }
  const store = createStore()
  const project = openProject(evaluateConfig(exported, join(root, 'devdb.config.ts'), []), store, 'test', 0)
  const file = project.config.dev.storage!
  await execute(file, `${dev}; CREATE TABLE SequelizeMeta (name); INSERT INTO SequelizeMeta VALUES ('01')`)
  const own = { ...models, tables: owned === '' ? {} : ({ [owned]: {} } as never) }
  const drift = async () => (await findDrift(project, own, signal))!
  const names = async () => (await drift()).objects.map(({ name }) => name)
  const settle = async (wish: Partial<DriftWish>) => {
    const { objects } = await drift()
    const shown = objects.flatMap(({ lines }) => lines)
    const none = { adopt: [], takeBack: [], ignore: [], shown, message: null, answers: noRenames, records: true }
    return settleDrift(project, own, { ...none, ...wish }, store.emit, signal)
  }
  const lost = async () => tryWayBack(project, (await drift()).changes)
  const schema = () =>
    query(file, "SELECT type, name, sql FROM sqlite_master WHERE tbl_name NOT LIKE 'devdb%' ORDER BY name")
  const migrations = () => readdirSync(join(root, 'migrations'))
  return { root, project, file, drift, names, settle, lost, schema, migrations, engine: createEngine(project) }
}

const u = 'CREATE TABLE u (id INTEGER PRIMARY KEY)'
const t = (columns: string, options = ''): string =>
  `${u}; CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns})${options}; INSERT INTO u VALUES (1), (2); INSERT INTO t (id, a) VALUES (1, 7), (2, 8)`
const plain = t('a INT, b TEXT')
const extra = 'CREATE TABLE x (id INTEGER PRIMARY KEY); INSERT INTO x VALUES (1), (2), (3)'
const generated = (from: string): string => `a INT, b INT GENERATED ALWAYS AS (${from}) STORED`
const trigger = (work: string): string => `CREATE TRIGGER g AFTER INSERT ON t BEGIN ${work}; END`

test.each([
  ['a table is new', plain, `${plain}; ${extra}`, ['table:x'], ['deletes 3 rows of x']],
  ['a table is gone', `${plain}; ${extra}`, plain, ['table:x'], []],
  [
    'a column is new',
    plain,
    `${t('a INT, b TEXT, c TEXT')}; UPDATE t SET c = 'y'`,
    ['column:t.c'],
    ['drops t.c in 2 rows'],
  ],
  ['a column is gone', plain, t('a INT'), ['column:t.b'], []],
  ['a column has another type', plain, t('a TEXT, b TEXT'), ['column:t.a'], []],
  ['a column is generated otherwise', t(generated('a + 1')), t(generated('a + 2')), ['column:t.b'], []],
  ['a column must not be NULL', plain, t('a INT NOT NULL, b TEXT'), ['column:t.a'], []],
  ['an index is new', plain, `${plain}; CREATE UNIQUE INDEX i ON t (a)`, ['index:t.i'], []],
  ['an index is gone', `${plain}; CREATE INDEX i ON t (a)`, plain, ['index:t.i'], []],
  [
    'an index has other columns',
    `${plain}; CREATE INDEX i ON t (a)`,
    `${plain}; CREATE INDEX i ON t (b)`,
    ['index:t.i'],
    [],
  ],
  ['a constraint is new', plain, t('a INT UNIQUE, b TEXT'), ['unique:t.a'], []],
  ['a key is new', plain, t('a INT, b TEXT REFERENCES u (id)'), ['foreign-key:t.b'], []],
  ['a key is gone', t('a INT, b TEXT REFERENCES u (id)'), plain, ['foreign-key:t.b'], []],
  ['a CHECK is new', plain, t('a INT CHECK (a > 0), b TEXT'), ['check:t.a > 0'], []],
  ['a CHECK is gone', t('a INT CONSTRAINT c CHECK (a > 0), b TEXT'), plain, ['check:t.c'], []],
  ['a trigger is new', plain, `${plain}; ${trigger('SELECT 1')}`, ['trigger:t.g'], []],
  ['a trigger is gone', `${plain}; ${trigger('SELECT 1')}`, plain, ['trigger:t.g'], []],
  [
    'a trigger does something else',
    `${plain}; ${trigger('SELECT 1')}`,
    `${plain}; ${trigger('SELECT 2')}`,
    ['trigger:t.g'],
    [],
  ],
  ['a view is new', plain, `${plain}; CREATE VIEW v AS SELECT a FROM t`, ['view:v'], []],
  ['a view changed', `${plain}; CREATE VIEW v AS SELECT 1`, `${plain}; CREATE VIEW v AS SELECT 2`, ['view:v'], []],
  ['a table is STRICT', plain, t('a INT, b TEXT', ' STRICT'), ['option:t.STRICT'], []],
  ['a table has a rowid', t('a INT, b TEXT', ' WITHOUT ROWID'), plain, ['option:t.WITHOUT ROWID'], []],
])('%s: taken back on dev, with its losses counted, and undone', async (_, made, dev, names, lost) => {
  const { settle, lost: tried, ...project } = await open(made, dev, { owned: 'x' })
  expect(await project.names()).toEqual(names)
  expect(await tried()).toEqual({ besides: [], lost, problem: null })
  const before = await project.schema()
  const report = await settle({ takeBack: names })
  expect(report).toMatchObject({ takenBack: names, problem: null, saved: expect.any(String) })
  expect(await project.names()).toEqual([])
  expect(await query(project.file, 'SELECT count(*) AS rows FROM t')).toEqual([{ rows: 2 }])
  expect((await project.engine.undo()).problem).toBeNull()
  expect(await project.schema()).toEqual(before)
  expect(project.migrations()).toEqual([])
})

test('one of several: what stands on a column goes with it and is named, and the others are left', async () => {
  const dev = `${t('a INT, b TEXT, c TEXT')}; CREATE INDEX i ON t (c); ${trigger('SELECT 1')}; CREATE VIEW v AS SELECT a FROM t`
  const { drift, names, settle, project } = await open(plain, dev)
  const column = (await drift()).objects.filter(({ name }) => name === 'column:t.c').flatMap(({ changes }) => changes)
  expect(await tryWayBack(project, column)).toEqual({ besides: ['- t  index (c)'], lost: [], problem: null })
  expect((await settle({ takeBack: ['column:t.c'] })).problem).toBeNull()
  expect(await names()).toEqual(['trigger:t.g', 'view:v'])
})

test('what cannot be taken back is told, and dev stays', async () => {
  const dev = `${t('a INT, b TEXT, c TEXT')}; CREATE VIEW v AS SELECT c FROM t`
  const { settle, schema, ...project } = await open(plain, dev)
  const before = await schema()
  const { problem, takenBack, saved } = await settle({ takeBack: ['column:t.c'] })
  expect(problem).toMatchObject({ code: 'drift-stuck', message: expect.stringContaining('view v') })
  expect([takenBack, saved]).toEqual([[], null])
  // Nor is anything that nobody was shown.
  expect((await settle({ takeBack: ['column:t.c', 'view:v'], shown: ['+ t.c  TEXT'] })).problem?.code).toBe(
    'drift-changed',
  )
  expect((await settle({ takeBack: ['column:t.d'] })).problem?.code).toBe('drift-changed')
  expect(await schema()).toEqual(before)
  expect((await settle({ takeBack: ['column:t.c', 'view:v'] })).problem).toBeNull()
  expect(await project.names()).toEqual([])
})

test('unique values that came twice meanwhile', async () => {
  const { lost, settle } = await open(`${plain}; CREATE UNIQUE INDEX i ON t (a)`, `${plain}; UPDATE t SET a = 7`)
  expect((await lost()).problem).toMatchObject({ code: 'drift-stuck', message: expect.stringContaining('UNIQUE') })
  expect((await settle({ takeBack: ['index:t.i'] })).problem?.code).toBe('drift-stuck')
})

const more = `${t('a INT CHECK (a > 0), b TEXT UNIQUE, c TEXT REFERENCES u (id), d TEXT', ' STRICT')}; ${extra};
  UPDATE t SET d = 'kept'; CREATE INDEX i ON t (d); ${trigger('UPDATE u SET id = id')}; CREATE VIEW v AS SELECT d FROM t`

test.each([
  ['new', 'JavaScript', plain, more, '01.js'],
  ['gone', 'SQL', more, plain, '01.sql'],
])(
  'whatever is %s is adopted into a proven migration in %s, dev keeps all it has, and undo takes the note back',
  async (_, _language, made, dev, neighbour) => {
    const { settle, names, schema, file, ...project } = await open(made, dev, { owned: 'x', neighbour })
    const all = await names()
    expect(all).toHaveLength(10)
    const [before, rows] = [await schema(), await query(file, 'SELECT * FROM t')]
    const report = await settle({ adopt: all, message: 'as it is' })
    expect(report).toMatchObject({
      adopted: all,
      problem: null,
      proof: { up: 'ok', down: 'ok', redo: 'ok', rowsLost: [] },
    })
    const name = `02.as-it-is${neighbour.slice(2)}`
    expect(project.migrations()).toContain(name)
    expect([await schema(), await query(file, 'SELECT * FROM t')]).toEqual([before, rows])
    const logged = () => query(file, 'SELECT name FROM SequelizeMeta')
    expect(await logged()).toEqual([{ name: '01' }, { name }])
    expect(await query(file, 'SELECT name, source FROM devdb_ledger')).toEqual([
      { name, source: readFileSync(report.file!, 'utf8') },
    ])
    // The shadow makes it now.
    expect(await names()).toEqual([])
    expect((await project.engine.undo()).problem).toBeNull()
    expect(await logged()).toEqual([{ name: '01' }])
  },
)

test('a column that was renamed by hand: nobody guesses, and other databases keep what it holds', async () => {
  const { settle, names, migrations } = await open(plain, t('a INT, c TEXT'))
  const adopt = ['column:t.b', 'column:t.c']
  const asked = await settle({ adopt })
  expect([asked.problem?.code, asked.problem?.details?.[1]]).toEqual([
    'question-open',
    expect.stringContaining('--rename t.b:t.c'),
  ])
  expect(migrations()).toEqual([])
  const report = await settle({ adopt, answers: { ...noRenames, renames: ['t.b:t.c'] } })
  expect(report).toMatchObject({ adopted: adopt, problem: null, proof: { up: 'ok', down: 'ok', redo: 'ok' } })
  expect(readFileSync(report.file!, 'utf8')).toContain('RENAME COLUMN "b" TO "c"')
  expect(await names()).toEqual([])
})

test('only written, dev is not touched; then it is pending, and nothing else is adopted before it', async () => {
  const { settle, file, migrations, drift } = await open(
    plain,
    `${plain}; ${trigger('SELECT 1')}; CREATE VIEW v AS SELECT 1`,
  )
  const before = readFileSync(file)
  const report = await settle({ adopt: ['trigger:t.g'], records: false })
  expect(report).toMatchObject({ adopted: [], saved: null, problem: null, proof: { redo: 'ok' } })
  expect(readFileSync(file).equals(before)).toBe(true)
  expect(migrations()).toEqual([expect.stringMatching(/adopt-t-g\.js$/)])
  expect((await drift()).objects).toHaveLength(2)
  const { problem } = await settle({ adopt: ['view:v'] })
  expect(problem).toMatchObject({ code: 'drift-stuck', message: expect.stringContaining('1 pending') })
})

test('a column that must not be NULL: the migration is for somebody to finish, and is not noted as applied', async () => {
  const { settle, migrations } = await open(
    plain,
    `${u}; CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT, c TEXT NOT NULL)`,
  )
  const report = await settle({ adopt: ['column:t.c'] })
  expect(report).toMatchObject({ adopted: [], proof: { up: 'unproven' }, saved: null, problem: null })
  expect(readFileSync(report.file!, 'utf8')).toContain('needs-edit')
  expect(migrations()).toHaveLength(1)
})

test('ignored from now on, in a sorted file; what is not there any more is told, and goes with the next entry', async () => {
  const { root, settle, drift, names, file } = await open(
    plain,
    `${plain}; ${trigger('SELECT 1')}; CREATE VIEW v AS SELECT 1; CREATE INDEX i ON t (a)`,
  )
  const committed = join(root, 'devdb.drift.json')
  expect((await settle({ ignore: ['view:v', 'trigger:t.g'] })).ignored).toEqual(['view:v', 'trigger:t.g'])
  expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual({ ignored: ['+ t  trigger g', '+ v  view'] })
  expect(await names()).toEqual(['index:t.i'])
  await execute(file, 'DROP VIEW v')
  expect(await drift()).toMatchObject({ ignored: ['+ t  trigger g'], stale: ['+ v  view'] })
  await settle({ ignore: ['index:t.i'] })
  expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual({ ignored: ['+ t  index (a)', '+ t  trigger g'] })
  expect(await names()).toEqual([])
  expect(existsSync(`${committed}.new`)).toBe(false)
})
