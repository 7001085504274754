/** What other tools were reported to lose when they rebuild a table on SQLite: each through up, down and up. */
import { test } from 'vitest'
import { cycle } from './cycle.ts'

const child = (type: string) =>
  `CREATE TABLE child (id INTEGER PRIMARY KEY, p ${type} REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE)`
const parent = (type: string, more = '') =>
  `CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, a ${type}${more})`

type Case = readonly [string, readonly string[], readonly string[], readonly string[]]
const cases: readonly Case[] = [
  // https://github.com/JasperFx/weasel/pull/539
  [
    'children of a rebuilt parent',
    [parent('TEXT'), child('INTEGER')],
    [parent('BLOB'), child('INTEGER')],
    ["INSERT INTO parent VALUES (1, 'x')", 'INSERT INTO child VALUES (1, 1)'],
  ],
  // Keys of other tables must not point to the name that the table had meanwhile.
  [
    'a key from a rebuilt table to a rebuilt table, and to itself',
    [parent('TEXT', ', up INTEGER REFERENCES parent (id)'), child('INTEGER')],
    [parent('BLOB', ', up INTEGER REFERENCES parent (id)'), child('BIGINT')],
    ["INSERT INTO parent VALUES (1, 'x', 1)", 'INSERT INTO child VALUES (1, 1)'],
  ],
  // https://github.com/go-gorm/sqlite/pull/236
  [
    'CHECK, UNIQUE, a partial index and one over an expression',
    [
      parent('TEXT', ", CHECK (a <> ''), UNIQUE (a, id)"),
      'CREATE UNIQUE INDEX i ON parent (lower(a)) WHERE a IS NOT NULL',
    ],
    [
      parent('BLOB', ", CHECK (a <> ''), UNIQUE (a, id)"),
      'CREATE UNIQUE INDEX i ON parent (lower(a)) WHERE a IS NOT NULL',
    ],
    ["INSERT INTO parent VALUES (1, 'x')"],
  ],
  // https://github.com/tursodatabase/turso/pull/8304
  [
    'collation, generated columns and a deferred key',
    [
      parent(
        'TEXT',
        ', b TEXT COLLATE NOCASE, c TEXT AS (a || b) STORED, d INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED',
      ),
    ],
    [
      parent(
        'BLOB',
        ', b TEXT COLLATE NOCASE, c TEXT AS (a || b) STORED, d INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED',
      ),
    ],
    ["INSERT INTO parent (id, a, b, d) VALUES (1, 'x', 'y', 1)"],
  ],
  [
    'names that are words or have quotes',
    [
      'CREATE TABLE "or""der" ("sel ect" INTEGER PRIMARY KEY, "a""b" TEXT, "from" TEXT)',
      'CREATE INDEX "in""dex" ON "or""der" ("from" DESC)',
    ],
    [
      'CREATE TABLE "or""der" ("sel ect" INTEGER PRIMARY KEY, "a""b" BLOB, "from" TEXT)',
      'CREATE INDEX "in""dex" ON "or""der" ("from" DESC)',
    ],
    [`INSERT INTO "or""der" VALUES (1, 'x', 'y')`],
  ],
  // https://github.com/jeremyevans/sequel/issues/1813
  [
    'defaults',
    [
      parent(
        "TEXT DEFAULT (strftime('%s', 'now'))",
        ", b TEXT DEFAULT 'null', c TEXT DEFAULT 'it''s -- so', d BLOB DEFAULT x'00ff'",
      ),
    ],
    [
      parent(
        "BLOB DEFAULT (strftime('%s', 'now'))",
        ", b TEXT DEFAULT 'null', c TEXT DEFAULT 'it''s -- so', d BLOB DEFAULT x'00ff'",
      ),
    ],
    ["INSERT INTO parent (a) VALUES ('x')"],
  ],
  // https://github.com/sqlalchemy/alembic/issues/1758
  [
    'a composite key WITHOUT ROWID',
    ['CREATE TABLE t (a INTEGER NOT NULL, b TEXT NOT NULL, c TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID'],
    ['CREATE TABLE t (a INTEGER NOT NULL, b TEXT NOT NULL, c BLOB, PRIMARY KEY (b, a)) WITHOUT ROWID'],
    ["INSERT INTO t VALUES (1, 'x', 'y')"],
  ],
  // https://github.com/NousResearch/hermes-agent/pull/95208
  [
    'triggers of others and of a view',
    [
      parent('TEXT'),
      'CREATE TABLE o (x)',
      'CREATE TRIGGER g AFTER INSERT ON o BEGIN UPDATE parent SET a = new.x; END',
      'CREATE VIEW v AS SELECT a FROM parent',
      'CREATE TRIGGER iv INSTEAD OF INSERT ON v BEGIN INSERT INTO parent (a) VALUES (new.a); END',
    ],
    [
      parent('BLOB'),
      'CREATE TABLE o (x)',
      'CREATE TRIGGER g AFTER INSERT ON o BEGIN UPDATE parent SET a = new.x; END',
      'CREATE VIEW v AS SELECT a FROM parent',
      'CREATE TRIGGER iv INSTEAD OF INSERT ON v BEGIN INSERT INTO parent (a) VALUES (new.a); END',
    ],
    ["INSERT INTO parent VALUES (1, 'x')"],
  ],
  [
    'values of any type',
    ['CREATE TABLE t (id INTEGER PRIMARY KEY, a BLOB, b TEXT)'],
    ['CREATE TABLE t (id INTEGER PRIMARY KEY, a BLOB, b TEXT NOT NULL)'],
    [
      "INSERT INTO t VALUES (1, 9007199254740993, 'x'), (2, NULL, 'y'), (3, x'00', 'z'), (4, 1e300, ''), (-5, 'text', '0')",
    ],
  ],
  // https://github.com/kaeawc/auto-mobile/pull/2915
  [
    'a counter of an emptied table with another that is named alike',
    [parent('TEXT'), 'CREATE TABLE new_parent (id INTEGER PRIMARY KEY AUTOINCREMENT)'],
    [parent('BLOB'), 'CREATE TABLE new_parent (id INTEGER PRIMARY KEY AUTOINCREMENT)'],
    ['INSERT INTO new_parent VALUES (70)', "INSERT INTO parent VALUES (9, 'x')", 'DELETE FROM parent'],
  ],
]

test.each(cases.flatMap((each) => [false, true].map((isSql) => [...each, isSql] as const)))(
  '%s stay',
  async (_, from, to, rows, isSql) => {
    await cycle(from, to, { rows, isSql, isQuick: true })
  },
)
