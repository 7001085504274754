/** What random tests once found, by name. */
import { expect, test } from 'vitest'
import { cycle, load, prepare, run } from './cycle.ts'
import { allRows, dump } from './oracle.ts'

test.each(['t(1', 'a+b', 'x]y', 'a|b', 'c:\\d', '^t$', 'p/q'])(
  'a table and a column with characters of regular expressions in their names, under views and triggers: %s',
  async (name) => {
    const q = `"${name}"`
    const c = `"x${name}"`
    const table = (columns: string) => `CREATE TABLE ${q} (id INTEGER PRIMARY KEY, ${columns})`
    const objects = [
      `CREATE VIEW v AS SELECT id FROM ${q}`,
      `CREATE TABLE log (line TEXT)`,
      `CREATE TRIGGER g AFTER INSERT ON log BEGIN UPDATE ${q} SET a = new.line; END`,
      `CREATE INDEX i ON ${q} (a)`,
    ]
    const rows = [`INSERT INTO ${q} (id, a) VALUES (1, 'x'), (2, NULL)`]
    await cycle([table(`a TEXT, ${c} TEXT`), ...objects], [table("a TEXT NOT NULL DEFAULT ''"), ...objects], { rows })
    // What it would break is still found.
    const over = `CREATE TRIGGER h AFTER UPDATE ON ${q} BEGIN SELECT new.${c}; END`
    const { db, wantedDb, drafted } = await prepare(
      [table(`a TEXT, ${c} TEXT`), over],
      [table('a TEXT NOT NULL DEFAULT 1')],
    )
    await expect(run(await load(drafted.text), 'up', db)).rejects.toThrow(`trigger h mentions ${name}.x${name}`)
    await Promise.all([db.close(), wantedDb.close()])
  },
)

test.each([
  ['of a column', 'a COLLATE NOCASE'],
  ['of an expression', '(lower(a)) COLLATE NOCASE'],
  ['of a column, and another one within', '(a COLLATE BINARY) COLLATE NOCASE DESC'],
])('an index with a collation %s is written with it once', async (_, part) => {
  const t = (columns: string) => `CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns})`
  const index = `CREATE UNIQUE INDEX i ON t (${part})`
  const rows = ["INSERT INTO t VALUES (1, 'x', 'b'), (2, 'y', NULL)"]
  const made = await cycle([t('a TEXT, b TEXT')], [t('a TEXT, b TEXT'), index], { rows })
  expect(made.text.match(/COLLATE NOCASE/g)).toHaveLength(1)
  for (const isSql of [false, true])
    await cycle([t('a TEXT, b TEXT'), index], [t('a TEXT, b TEXT NOT NULL DEFAULT 0'), index], { rows, isSql })
  // The rows that are in its way are counted as it would.
  const { db, wantedDb, drafted } = await prepare([t('a TEXT, b TEXT')], [t('a TEXT, b TEXT'), index], {
    rows: ["INSERT INTO t VALUES (1, 'x', 'b'), (2, 'X', NULL), (3, 'z', NULL)"],
  })
  expect(drafted.hazards).toEqual([expect.stringMatching(/^2 rows share their values of t/)])
  await Promise.all([db.close(), wantedDb.close()])
})

test('rows that would share the number which a new unique column has as its default are counted', async () => {
  const from = ['CREATE TABLE t (a TEXT)']
  const rows = ["INSERT INTO t VALUES ('x'), ('y'), ('y')"]
  for (const [index, hazard] of [
    ['n', '3 rows share their values of t (n)'],
    ['a, n', '2 rows share their values of t (a, n)'],
    ['n, a', '2 rows share their values of t (n, a)'],
  ] as const) {
    const to = ['CREATE TABLE t (a TEXT, n INTEGER NOT NULL DEFAULT 1)', `CREATE UNIQUE INDEX i ON t (${index})`]
    const { db, wantedDb, drafted } = await prepare(from, to, { rows, isQuick: true })
    expect(drafted.hazards).toEqual([hazard])
    await Promise.all([db.close(), wantedDb.close()])
  }
  const to = ['CREATE TABLE t (a TEXT NOT NULL, n INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (n, a))']
  const { db, wantedDb, drafted } = await prepare(from, to, { rows, isQuick: true })
  expect(drafted.hazards).toContain('2 rows share their values of t (n, a), or have none')
  await Promise.all([db.close(), wantedDb.close()])
})

test('NULLs are counted also where the collation changes under a UNIQUE, and so are the values that become one', async () => {
  const [from, to] = [['CREATE TABLE t (a TEXT UNIQUE)'], ['CREATE TABLE t (a TEXT NOT NULL COLLATE NOCASE UNIQUE)']]
  const rows = ["INSERT INTO t VALUES ('x'), ('X'), (NULL)"]
  const { db, wantedDb, drafted } = await prepare(from, to, { rows })
  expect(new Set(drafted.hazards)).toEqual(new Set(['1 rows have NULL in t.a', '2 rows share their values of t (a)']))
  const before = [await dump(db), await allRows(db)]
  await expect(run(await load(drafted.text), 'up', db)).rejects.toThrow(/NOT NULL|UNIQUE|Validation/)
  expect([await dump(db), await allRows(db)]).toEqual(before)
  await Promise.all([db.close(), wantedDb.close()])
})
