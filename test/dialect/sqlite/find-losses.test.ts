/** What rows lose between two states: in which ways a migration may write them, and what is said of it. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Target } from '../../../src/database/target.ts'
import { createSqliteDialect } from '../../../src/dialect/sqlite/sqlite-dialect.ts'
import { describeRowLoss } from '../../../src/event/row-loss.ts'
import { execute } from '../../end-to-end/database.ts'
import { tempFolder } from '../../temp-folder.ts'

const dialect = createSqliteDialect(process.cwd())
const meta = { table: 'SequelizeMeta', column: 'name', schema: null }

const stateOf = async (target: Target) => ({ target, schema: await dialect.introspect(target, meta) })

/** What an up lost, and what a down lost after it. */
async function losses(dev: readonly string[], up: readonly string[], down: readonly string[] | null = null) {
  const folder = tempFolder()
  const place = (name: string): Target => dialect.scratch(folder, name)
  const fill = async (name: string, ...statements: readonly string[]) => {
    await execute(join(folder, `${name}.db`), `PRAGMA synchronous = OFF; BEGIN; ${statements.join(';')}; COMMIT`)
    return stateOf(place(name))
  }
  const before = await fill('before', ...dev)
  const after = await fill('after', ...dev, ...up)
  const found = async (request: Parameters<typeof dialect.findLosses>[0]) => {
    const report = await dialect.findLosses(request)
    return [...report.losses.map(describeRowLoss), ...[...report.renamed].map((name) => `renamed ${name}`)]
  }
  const tablesOf = ({ schema }: typeof before): ReadonlySet<string> => new Set(Object.keys(schema.tables))
  const ofUp = await found({ before, after, origin: null, tables: tablesOf(before) })
  if (down === null) return ofUp
  const reverted = await fill('reverted', ...dev, ...up, ...down)
  return [ofUp, await found({ before: after, after: reverted, origin: before, tables: tablesOf(after) })]
}

const users = [
  "CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(255), mail VARCHAR(255) DEFAULT 'none')",
  "INSERT INTO users VALUES (1, 'Ann', 'a@x'), (2, 'Bo', NULL), (3, NULL, 'none'), (7, 'Cy', 'c@x')",
]
const logs = ['CREATE TABLE logs (line TEXT, level TEXT)', "INSERT INTO logs VALUES ('a', 'w'), ('b', 'w'), ('c', 'i')"]

type Row = readonly [what: string, dev: readonly string[], up: readonly string[], lost: readonly string[]]

const rows: readonly Row[] = [
  ['a NULL that is filled in', users, ["UPDATE users SET name = 'unknown' WHERE name IS NULL"], []],
  ['a value that is overwritten', users, ['UPDATE users SET name = upper(name)'], ['changed users.name in 3 rows']],
  ['a value that is NULL now', users, ['UPDATE users SET mail = NULL WHERE id < 3'], ['emptied users.mail in 1 row']],
  ['rows that are deleted', users, ['DELETE FROM users WHERE id > 2'], ['deleted 2 rows of users']],
  ['a column that is dropped', users, ['ALTER TABLE users DROP COLUMN mail'], ['dropped users.mail in 2 rows']],
  ['a column under another name', users, ['ALTER TABLE users RENAME COLUMN mail TO email'], ['renamed users.mail']],
  ['a table under another name', users, ['ALTER TABLE users RENAME TO people'], ['renamed users']],
  [
    'a table under another name that lost a column',
    users,
    ['ALTER TABLE users RENAME TO people', 'ALTER TABLE people DROP COLUMN mail'],
    ['dropped users.mail in 2 rows', 'renamed users'],
  ],
  [
    'a table that is dropped beside a new one',
    users,
    ['DROP TABLE users', 'CREATE TABLE people (id, name, mail)'],
    ['deleted 4 rows of users'],
  ],
  ['a key under another name', users, ['ALTER TABLE users RENAME COLUMN id TO uid'], ['renamed users.id']],
  ['keys that are others now', users, ['UPDATE users SET id = id + 1000'], ['changed users.id in 4 rows']],
  [
    'rows that are gone beside new ones',
    users,
    ['DELETE FROM users WHERE id = 1', "INSERT INTO users VALUES (9, 'Di', 'd@x')"],
    ['deleted 1 row of users'],
  ],
  [
    'rows without a key that are changed',
    logs,
    ["UPDATE logs SET level = 'warn' WHERE level = 'w'"],
    ['changed logs.level in 2 rows'],
  ],
  [
    'rows without a key, one gone, one changed',
    logs,
    ['DELETE FROM logs WHERE rowid = 1', "UPDATE logs SET line = 'B' WHERE rowid = 2"],
    ['deleted 1 row of logs', 'changed logs.line in 1 row'],
  ],
  [
    'rows without a key in a rebuild that gives other rowids',
    [...logs, 'DELETE FROM logs WHERE rowid = 1'],
    [
      'CREATE TABLE n (line TEXT, level TEXT)',
      'INSERT INTO n SELECT * FROM logs',
      'DROP TABLE logs',
      'ALTER TABLE n RENAME TO logs',
    ],
    [],
  ],
  [
    'rows without a key that are changed in such a rebuild',
    [...logs, 'DELETE FROM logs WHERE rowid = 1'],
    [
      'CREATE TABLE n (line TEXT, level TEXT)',
      "INSERT INTO n SELECT line, level || '!' FROM logs",
      'DROP TABLE logs',
      'ALTER TABLE n RENAME TO logs',
    ],
    ['changed 2 rows of logs'],
  ],
  [
    'NULLs without a key that are filled in',
    ['CREATE TABLE t (a, b)', 'INSERT INTO t VALUES (1, NULL), (2, NULL)'],
    ["UPDATE t SET b = 'x'"],
    [],
  ],
  [
    'one of two equal rows',
    ['CREATE TABLE t (a)', 'INSERT INTO t VALUES (1), (1), (1)'],
    ['DELETE FROM t WHERE rowid = 2'],
    ['deleted 1 row of t'],
  ],
  [
    'rows with NULL in their key',
    [
      'CREATE TABLE tags (id VARCHAR(36) PRIMARY KEY, label TEXT)',
      "INSERT INTO tags VALUES (NULL, 'a'), (NULL, 'b'), (NULL, 'c'), ('x', 'd')",
    ],
    ['CREATE INDEX by_label ON tags (label)', "UPDATE tags SET label = 'D' WHERE id = 'x'"],
    ['changed tags.label in 1 row'],
  ],
  [
    'a NULL in a key that is filled in',
    ['CREATE TABLE tags (id VARCHAR(36) PRIMARY KEY, label TEXT)', "INSERT INTO tags VALUES (NULL, 'a'), ('x', 'b')"],
    ["UPDATE tags SET id = 'y' WHERE id IS NULL"],
    [],
  ],
  [
    'a key of several columns',
    [
      'CREATE TABLE m (a INTEGER, b INTEGER, r TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID',
      "INSERT INTO m VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 1, 'z')",
    ],
    ['DELETE FROM m WHERE a = 2', "UPDATE m SET r = 'Y' WHERE b = 2"],
    ['deleted 1 row of m', 'changed m.r in 1 row'],
  ],
  [
    'a case that a collation hides',
    ['CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT COLLATE NOCASE)', "INSERT INTO t VALUES (1, 'Ann')"],
    ["UPDATE t SET v = 'ann'"],
    ['changed t.v in 1 row'],
  ],
  [
    'a case in a bag that a collation hides',
    ['CREATE TABLE t (v TEXT COLLATE NOCASE)', "INSERT INTO t VALUES ('Ann'), ('Bo')"],
    [
      'CREATE TABLE n (v TEXT COLLATE NOCASE)',
      'INSERT INTO n SELECT lower(v) FROM t ORDER BY v DESC',
      'DROP TABLE t',
      'ALTER TABLE n RENAME TO t',
    ],
    ['changed t.v in 2 rows'],
  ],
  [
    'a case in a key that a collation hides',
    ['CREATE TABLE t (k TEXT PRIMARY KEY COLLATE NOCASE, v)', "INSERT INTO t VALUES ('Ann', 1), ('Bo', 2)"],
    ["UPDATE t SET k = 'ann' WHERE v = 1"],
    ['changed t.k in 1 row'],
  ],
  [
    'a text that becomes the same bytes as a blob',
    ['CREATE TABLE t (id INTEGER PRIMARY KEY, v)', "INSERT INTO t VALUES (1, 'abc')"],
    ["UPDATE t SET v = x'616263'"],
    ['changed t.v in 1 row'],
  ],
  [
    'a text cut at its first NUL',
    ['CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)', "INSERT INTO t VALUES (1, 'a' || char(0) || 'b')"],
    ["UPDATE t SET v = 'a'"],
    ['changed t.v in 1 row'],
  ],
  [
    'whole numbers beyond 2^53',
    [
      'CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)',
      'INSERT INTO t VALUES (9007199254740993, 9007199254740993), (2, -9223372036854775808)',
    ],
    ['UPDATE t SET v = 9007199254740992 WHERE id <> 2'],
    ['changed t.v in 1 row'],
  ],
  [
    'infinity, and what is 0 in two ways',
    ['CREATE TABLE t (id INTEGER PRIMARY KEY, v REAL)', 'INSERT INTO t VALUES (1, 9e999), (2, 0.0)'],
    ['UPDATE t SET v = -0.0 WHERE id = 2', 'UPDATE t SET v = -9e999 WHERE id = 1'],
    ['changed t.v in 1 row'],
  ],
  [
    'a column of another type that holds the same',
    ['CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT)', "INSERT INTO t VALUES (1, 7, '42'), (2, 8, '007')"],
    [
      'CREATE TABLE x (id INTEGER PRIMARY KEY, n TEXT, s INTEGER)',
      'INSERT INTO x SELECT * FROM t',
      'DROP TABLE t',
      'ALTER TABLE x RENAME TO t',
    ],
    ['changed t.s in 1 row'],
  ],
  [
    'a key that is of another type',
    ['CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)', "INSERT INTO t VALUES (3, 'a'), (5, 'b')"],
    [
      'CREATE TABLE x (id TEXT PRIMARY KEY, v TEXT)',
      'INSERT INTO x SELECT * FROM t',
      'DROP TABLE t',
      'ALTER TABLE x RENAME TO t',
    ],
    [],
  ],
  [
    'a generated column',
    ['CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, g AS (a * 2))', 'INSERT INTO t (a) VALUES (1), (2)'],
    ['ALTER TABLE t DROP COLUMN g', 'UPDATE t SET a = 5 WHERE id = 1'],
    ['changed t.a in 1 row'],
  ],
  [
    'columns that hide the rowid',
    ['CREATE TABLE t (rowid TEXT, _rowid_ TEXT, oid TEXT)', "INSERT INTO t VALUES ('a', 'b', 'c'), ('d', 'e', 'f')"],
    ["UPDATE t SET oid = 'x' WHERE oid = 'c'"],
    ['changed 1 row of t'],
  ],
  [
    'names in another letter case',
    ['CREATE TABLE Users (Id INTEGER PRIMARY KEY, Name TEXT)', "INSERT INTO Users VALUES (1, 'a')"],
    [
      'CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT)',
      'INSERT INTO n SELECT * FROM Users',
      'DROP TABLE Users',
      'ALTER TABLE n RENAME TO users',
    ],
    [],
  ],
]

test.each(rows)('%s', async (_, dev, up, lost) => {
  expect(await losses(dev, up)).toEqual(lost)
})

test('a down loses nothing that was not there before the up, and nothing that it puts back', async () => {
  const up = ["UPDATE logs SET level = 'warn' WHERE level = 'w'", "INSERT INTO logs VALUES ('d', 'new')"]
  const down = ["UPDATE logs SET level = 'w' WHERE level = 'warn'", "DELETE FROM logs WHERE level = 'new'"]
  expect(await losses(logs, up, down)).toEqual([['changed logs.level in 2 rows'], []])
  const rebuild = [
    'CREATE TABLE n (line TEXT, level TEXT)',
    'INSERT INTO n SELECT * FROM logs',
    'DROP TABLE logs',
    'ALTER TABLE n RENAME TO logs',
  ]
  expect(await losses([...logs, 'DELETE FROM logs WHERE rowid = 1'], up, [...rebuild, ...down])).toEqual([
    ['changed logs.level in 1 row'],
    [],
  ])
  expect(await losses(logs, up, ["DELETE FROM logs WHERE line <> 'a'"])).toEqual([
    ['changed logs.level in 2 rows'],
    ['deleted 2 rows of logs'],
  ])
  const filled = ["UPDATE users SET name = 'none' WHERE name IS NULL", "INSERT INTO users VALUES (8, 'Di', 'd@x')"]
  const back = ["UPDATE users SET name = NULL WHERE name = 'none'", 'DELETE FROM users WHERE id = 8']
  expect(await losses(users, filled, back)).toEqual([[], []])
  expect(await losses(users, filled, ["UPDATE users SET name = 'x' WHERE id = 1 OR id = 8"])).toEqual([
    [],
    ['changed users.name in 1 row'],
  ])
})

test('a table of 2,000 columns, with a key and without one', async () => {
  const columns = Array.from({ length: 1999 }, (_, index) => `c${index}`)
  const values = `${columns.map(() => '7').join(', ')}`
  const create = (key: string) => [
    `CREATE TABLE wide (${key}, ${columns.join(', ')})`,
    `INSERT INTO wide VALUES (1, ${values}), (3, ${values})`,
  ]
  const update = ['UPDATE wide SET c1 = 8, c1998 = NULL WHERE id = 3']
  const lost = ['changed wide.c1 in 1 row', 'emptied wide.c1998 in 1 row']
  expect(await losses(create('id INTEGER PRIMARY KEY'), update)).toEqual(lost)
  expect(await losses(create('id'), update)).toEqual(lost)
  const again = ['CREATE TABLE n AS SELECT * FROM wide WHERE id > 1', 'DROP TABLE wide', 'ALTER TABLE n RENAME TO wide']
  expect(await losses(create('id'), again)).toEqual(['deleted 1 row of wide'])
})
