/** SQL throughout: what rebuilds, triggers, counters and cycles come to as statements, in a migration that is code and in `.sql` files. */
import { describe, expect, test } from 'vitest'
import { type CycleOptions, cycle, load, prepare, run } from './cycle.ts'
import { allRows, connectionState, counters, dump } from './oracle.ts'
import { runScript } from './run-script.ts'

const t = (columns: string) => `CREATE TABLE t (${columns})`
const reference = (table: string) => `INTEGER REFERENCES ${table} (id) ON DELETE CASCADE`
const cyclic = (more: string) => [
  `CREATE TABLE a (id INTEGER PRIMARY KEY, b ${reference('b')}, n TEXT${more})`,
  `CREATE TABLE b (id INTEGER PRIMARY KEY, a ${reference('a')}, n TEXT${more})`,
]
const log = [
  "CREATE TRIGGER loud AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a || ';'); END",
  'CREATE VIEW v AS SELECT a FROM t',
]
const counted = ["INSERT INTO t (id, a) VALUES (100, 'x'), (200, 'y')", 'DELETE FROM t WHERE id = 200']

type Case = readonly [string, readonly string[], readonly string[], (readonly string[])?]
const cases: readonly Case[] = [
  [
    'a rebuild under triggers, views and an index, with its counter',
    [
      'CREATE TABLE log (line TEXT)',
      t('id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT'),
      'CREATE INDEX i ON t (a) WHERE a IS NOT NULL',
      ...log,
    ],
    [
      'CREATE TABLE log (line TEXT)',
      t("id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL DEFAULT 'it''s; a \"$\x7b1}'"),
      'CREATE INDEX i ON t (a) WHERE a IS NOT NULL',
      ...log,
    ],
    counted,
  ],
  [
    'an emptied table with a counter',
    [t('id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT')],
    [t('id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT DEFAULT 1')],
    [...counted, 'DELETE FROM t'],
  ],
  [
    'tables that refer to each other, rebuilt',
    cyclic(''),
    cyclic(' NOT NULL DEFAULT 1'),
    ['INSERT INTO a VALUES (1, NULL, 1)', 'INSERT INTO b VALUES (1, 1, 2)', 'UPDATE a SET b = 1'],
  ],
  [
    'tables that refer to each other, made and dropped',
    ['CREATE TABLE k (id)'],
    ['CREATE TABLE k (id)', ...cyclic('')],
  ],
  [
    'tables whose names the statements use themselves',
    ['CREATE TABLE orphans (a TEXT)', 'CREATE TABLE new (a TEXT)'],
    ["CREATE TABLE orphans (a TEXT NOT NULL DEFAULT 'x')", 'CREATE TABLE new (a TEXT DEFAULT 1)'],
    ["INSERT INTO orphans VALUES ('a'), ('b')"],
  ],
]

describe('as code', () => {
  for (const [name, from, to, rows = []] of cases)
    test(name, async () => {
      const { text } = await cycle(from, to, { rows, isSql: true })
      expect(text).not.toMatch(/queryInterface\.(?!sequelize\b)/)
    })
})

const scripts: CycleOptions = { style: { extension: '.sql' } }

describe('as .sql files', () => {
  for (const [name, from, to, rows = []] of cases)
    test(name, async () => {
      const { db, wantedDb, drafted } = await prepare(from, to, { ...scripts, rows })
      const before = [await dump(db), await allRows(db)]
      for (let round = 0; round < 2; round++) {
        await runScript(db, drafted.text)
        expect(await dump(db)).toEqual(await dump(wantedDb))
        if (rows === counted) expect(await counters(db)).toMatchObject({ t: 200 })
        await runScript(db, drafted.downText!)
        expect([await dump(db), await allRows(db)]).toEqual(before)
      }
      await Promise.all([db.close(), wantedDb.close()])
    })
})

describe('a rebuild that would orphan rows', () => {
  const p = 'CREATE TABLE p (id INTEGER PRIMARY KEY)'
  const from = [p, t('id INTEGER PRIMARY KEY, p INTEGER')]
  const to = [p, t('id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id)'), 'CREATE TABLE more (id INTEGER)']
  const orphan = ['INSERT INTO t VALUES (1, 9)']

  test.each([{ isSql: true }, scripts])('is rolled back and leaves nothing: %j', async (style) => {
    const { db, wantedDb, drafted } = await prepare(from, to, { ...style, rows: orphan })
    const before = [await dump(db), await allRows(db), await connectionState(db)]
    const work = drafted.downText === null ? run(await load(drafted.text), 'up', db) : runScript(db, drafted.text)
    await expect(work).rejects.toThrow(/CHECK|Validation/)
    expect([await dump(db), await allRows(db), await connectionState(db)]).toEqual(before)
    const [temporary] = await db.query('SELECT name FROM sqlite_temp_master')
    expect(temporary).toEqual([])
    await Promise.all([db.close(), wantedDb.close()])
  })

  test('is none of the orphans that were there before', async () => {
    const other = 'CREATE TABLE c (p INTEGER REFERENCES p (id))'
    const rows = ['PRAGMA foreign_keys = OFF', 'INSERT INTO c VALUES (9)', 'PRAGMA foreign_keys = ON']
    const { db, wantedDb, drafted } = await prepare([...from, other], [...to, other], { isSql: true, rows })
    await run(await load(drafted.text), 'up', db)
    expect(await dump(db)).toEqual(await dump(wantedDb))
    await Promise.all([db.close(), wantedDb.close()])
  })
})
