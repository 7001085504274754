/** The facts about SQLite and Sequelize, each as a pair of schemas that a draft leads between and back. */
import { describe, expect, test } from 'vitest'
import { cycle } from './cycle.ts'

type Case = readonly [name: string, from: readonly string[], to: readonly string[], rows?: readonly string[]]

const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER)'
const usersNullable = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)'
const people = ["INSERT INTO users VALUES (1, 'ann', 7)", "INSERT INTO users VALUES (2, 'bo', NULL)"]
const posts = (action: string) =>
  `CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id) ${action}, title TEXT)`
const withPosts = [...people, "INSERT INTO posts VALUES (1, 1, 'x')", "INSERT INTO posts VALUES (2, 2, 'y')"]
const t = (columns: string, options = '') => `CREATE TABLE t (${columns})${options}`

const rebuilds: readonly Case[] = [
  ...[
    'ON DELETE CASCADE',
    'ON DELETE SET NULL',
    'ON DELETE RESTRICT',
    'ON DELETE SET DEFAULT',
    '',
    'ON UPDATE CASCADE',
  ].map(
    (action): Case => [
      `a parent of children ${action}`,
      [users, posts(action)],
      [usersNullable, posts(action)],
      withPosts,
    ],
  ),
  [
    'a self-reference with rows',
    [t('id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id) ON DELETE RESTRICT, n TEXT')],
    [t("id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id) ON DELETE RESTRICT, n TEXT NOT NULL DEFAULT ''")],
    ["INSERT INTO t VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 3, 'c')"],
  ],
  [
    'triggers, on the table and on another',
    [
      users,
      'CREATE TABLE log (name TEXT)',
      "CREATE TRIGGER loud AFTER INSERT ON users BEGIN INSERT INTO log VALUES (new.name || ';'); END",
      'CREATE TRIGGER other AFTER INSERT ON log BEGIN UPDATE users SET age = 1 WHERE 0; END',
    ],
    [
      usersNullable,
      'CREATE TABLE log (name TEXT)',
      "CREATE TRIGGER loud AFTER INSERT ON users BEGIN INSERT INTO log VALUES (new.name || ';'); END",
      'CREATE TRIGGER other AFTER INSERT ON log BEGIN UPDATE users SET age = 1 WHERE 0; END',
    ],
    people,
  ],
  [
    'views over the table',
    [users, 'CREATE VIEW adults AS SELECT name FROM users WHERE age > 17', 'CREATE VIEW v2 AS SELECT * FROM adults'],
    [
      usersNullable,
      'CREATE VIEW adults AS SELECT name FROM users WHERE age > 17',
      'CREATE VIEW v2 AS SELECT * FROM adults',
    ],
    people,
  ],
  ...[
    ['plain', 'CREATE INDEX i ON users (name)'],
    ['partial', 'CREATE INDEX i ON users (name) WHERE age > 3'],
    ['partial unique', "CREATE UNIQUE INDEX i ON users (name) WHERE name <> 'a;b'"],
    ['expression', 'CREATE INDEX i ON users (lower(name), age DESC)'],
    ['DESC', 'CREATE INDEX i ON users (name DESC)'],
    ['collated', 'CREATE INDEX i ON users (name COLLATE NOCASE)'],
    ['unique', 'CREATE UNIQUE INDEX i ON users (name)'],
  ].map(([kind, sql]): Case => [`a table with a ${kind} index`, [users, sql!], [usersNullable, sql!], people]),
  [
    'a composite primary key',
    [t('a INTEGER, b TEXT, c TEXT, PRIMARY KEY (b, a)')],
    [t('a INTEGER, b TEXT, c INTEGER, PRIMARY KEY (b, a)')],
    ["INSERT INTO t VALUES (1, 'x', NULL), (1, 'y', 'z')"],
  ],
  [
    'a composite foreign key',
    [
      'CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (a, b))',
      t('x INTEGER, y INTEGER, n TEXT, FOREIGN KEY (x, y) REFERENCES p (a, b) ON DELETE CASCADE'),
    ],
    [
      'CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (a, b))',
      t('x INTEGER, y INTEGER, n TEXT DEFAULT 0, FOREIGN KEY (x, y) REFERENCES p (a, b) ON DELETE CASCADE'),
    ],
    ['INSERT INTO p VALUES (1, 2)', "INSERT INTO t VALUES (1, 2, 'n')"],
  ],
  [
    'CHECKs',
    [t("a INTEGER CHECK (a > 0), b TEXT, CONSTRAINT c CHECK (b <> ')' AND a < 9)")],
    [t("a INTEGER CHECK (a > 0), b TEXT DEFAULT 'x', CONSTRAINT c CHECK (b <> ')' AND a < 9)")],
    ["INSERT INTO t VALUES (1, 'q')"],
  ],
  [
    'COLLATE',
    [t('a TEXT COLLATE NOCASE, b TEXT')],
    [t('a TEXT COLLATE NOCASE, b TEXT NOT NULL DEFAULT 1')],
    ["INSERT INTO t VALUES ('A', 'b')"],
  ],
  [
    'generated columns',
    [t("a INTEGER, b INTEGER AS (a * 2), c TEXT AS (a || 'x') STORED, d TEXT")],
    [t("a INTEGER, b INTEGER AS (a * 2), c TEXT AS (a || 'x') STORED, d TEXT NOT NULL DEFAULT 0")],
    ["INSERT INTO t (a, d) VALUES (1, 'd')"],
  ],
  [
    'STRICT',
    [t('a INT, b TEXT', ' STRICT')],
    [t("a INT, b TEXT NOT NULL DEFAULT ''", ' STRICT')],
    ["INSERT INTO t VALUES (1, 'd')"],
  ],
  [
    'WITHOUT ROWID',
    [t('a TEXT PRIMARY KEY, b TEXT', ' WITHOUT ROWID')],
    [t('a TEXT PRIMARY KEY, b TEXT NOT NULL DEFAULT 0', ' WITHOUT ROWID')],
    ["INSERT INTO t VALUES ('a', 'd')"],
  ],
  [
    'AUTOINCREMENT and its counter',
    [t('id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT')],
    [t('id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT NOT NULL DEFAULT 0')],
    ["INSERT INTO t VALUES (100, 'd'), (200, 'e')", 'DELETE FROM t WHERE id = 200'],
  ],
  [
    'AUTOINCREMENT added',
    [t('id INTEGER PRIMARY KEY, b TEXT')],
    [t('id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT')],
    ["INSERT INTO t VALUES (100, 'd')"],
  ],
  [
    'AUTOINCREMENT of an emptied table',
    [t('id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT')],
    [t('id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT DEFAULT 1')],
    ["INSERT INTO t VALUES (100, 'd')", 'DELETE FROM t'],
  ],
  [
    'a deferred foreign key',
    [users, t('u INTEGER REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED, b TEXT')],
    [users, t('u INTEGER REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED, b TEXT DEFAULT 1')],
    [...people, "INSERT INTO t VALUES (1, 'x')"],
  ],
  [
    'a collation',
    [t('a TEXT UNIQUE, b TEXT')],
    [t('a TEXT COLLATE NOCASE UNIQUE, b TEXT')],
    ["INSERT INTO t VALUES ('A', 'b')"],
  ],
  ['a type', [t('a VARCHAR(10), b TEXT')], [t('a VARCHAR(20), b VARCHAR(255)')], ["INSERT INTO t VALUES ('A', 'b')"]],
  [
    'a primary key of other columns',
    [t('a INTEGER PRIMARY KEY, b TEXT NOT NULL')],
    [t('a INTEGER NOT NULL, b TEXT NOT NULL, PRIMARY KEY (b, a)')],
    ["INSERT INTO t VALUES (7, 'b')"],
  ],
  [
    'a primary key added',
    [t('a INTEGER NOT NULL, b TEXT')],
    [t('a INTEGER PRIMARY KEY, b TEXT')],
    ["INSERT INTO t VALUES (7, 'b')"],
  ],
  [
    'a new number as primary key',
    [t('b TEXT')],
    [t('b TEXT, id INTEGER PRIMARY KEY AUTOINCREMENT')],
    ["INSERT INTO t VALUES ('b'), ('c')"],
  ],
  [
    'a UNIQUE constraint dropped',
    [t('a TEXT UNIQUE, b TEXT')],
    [t('a TEXT, b TEXT')],
    ["INSERT INTO t VALUES ('A', 'b')"],
  ],
  [
    'a UNIQUE constraint added',
    [t('a TEXT, b TEXT')],
    [t('a TEXT UNIQUE, b TEXT, UNIQUE (a, b)')],
    ["INSERT INTO t VALUES ('A', 'b')"],
  ],
  [
    'a UNIQUE constraint added with another type',
    [t('a TEXT, b TEXT')],
    [t('a TEXT UNIQUE, b INTEGER, UNIQUE (a, b)')],
    ["INSERT INTO t VALUES ('A', NULL)"],
  ],
  [
    'a foreign key added to a column',
    [users, t('u INTEGER')],
    [users, t('u INTEGER REFERENCES users (id) ON DELETE CASCADE')],
    [...people, 'INSERT INTO t VALUES (1)'],
  ],
  ['a foreign key whose action changes', [users, posts('')], [users, posts('ON DELETE CASCADE')], withPosts],
  [
    'a foreign key dropped',
    [users, posts('')],
    [users, 'CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER, title TEXT)'],
    withPosts,
  ],
  [
    'a self-reference added',
    [users],
    ['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER REFERENCES users (id))'],
    ["INSERT INTO users VALUES (1, 'x', 1)"],
  ],
  [
    'NULLs that become the default',
    [usersNullable],
    ['CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER NOT NULL DEFAULT 5)'],
    people,
  ],
  [
    'a comment inside a CHECK',
    [t('a INTEGER CHECK (a > 0 -- positive\n), b TEXT')],
    [t('a INTEGER CHECK (a > 0 -- positive\n), b TEXT DEFAULT 1')],
  ],
]

const defaults = [
  'CURRENT_TIMESTAMP',
  "(strftime('%s', 'now'))",
  "'it''s'",
  "'a;b'",
  "':name'",
  "'?'",
  "'$1'",
  "'`tick`'",
  "'$\u007bx}'",
  "'a\nb'",
  "'a\r\nb'",
  "'back\\slash'",
  "'\"'",
  `'both "and'' ;'`,
  "'true'",
  "'PRIMARY KEY'",
  "'REFERENCES x'",
  "x'00ff'",
  '-1.5',
  '1e3',
  "''",
  'NULL',
  "'-- no comment'",
  "'/*'",
  "'NULL'",
  '(1 + 2)',
  "'Ünï'",
  "'%s'",
  '9007199254740993',
  '.5',
  '\'{"a":[1]}\'',
  'true',
  "'0'",
  "'$&'",
]

const names = [
  'with space',
  'dot.ted',
  'CamelCase',
  'order',
  'quo"te',
  "apos'trophe",
  'Ünïcode',
  'back`tick',
  '$dollar',
  '1digit',
  'a-b',
  'constructor',
  '%s',
  'semi;colon',
  '[bracket',
  ':name',
  '?',
]

describe('a rebuild keeps everything of', () => {
  for (const [name, from, to, rows = []] of rebuilds) test(name, async () => void (await cycle(from, to, { rows })))
})

describe('a default', () => {
  test.each(defaults)('%s', async (value) => {
    const insert = [`INSERT INTO t (id, c) VALUES (1, 'x')`]
    const types = /^(?:-?[\d.]|true)/.test(value)
      ? ['INTEGER', 'TEXT', 'DECIMAL(10,2)', 'TINYINT(1)']
      : ['VARCHAR(255)', 'JSON', 'DATETIME', 'UUID']
    const before = [t('id INTEGER PRIMARY KEY, c TEXT')]
    const added = types.map((type, index) => `d${index} ${type} ${value === 'NULL' ? '' : 'NOT NULL'} DEFAULT ${value}`)
    await cycle(before, [t(['id INTEGER PRIMARY KEY', 'c TEXT', ...added].join(', '))], { rows: insert })
    await cycle(before, [...before, `CREATE TABLE n (${added.join(', ')})`], { rows: insert })
    await cycle(
      [t(`id INTEGER PRIMARY KEY, c TEXT, d TEXT DEFAULT ${value}`)],
      [t(`id INTEGER PRIMARY KEY, c TEXT NOT NULL DEFAULT ${value}, d TEXT DEFAULT ${value}`)],
      { rows: insert },
    )
  })
})

describe('the name', () => {
  test.each(names)('%s', async (name) => {
    const n = `"${name.replaceAll('"', '""')}"`
    const table = (columns: string) => `CREATE TABLE ${n} (id INTEGER PRIMARY KEY, ${columns})`
    const child = `CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES ${n} (id) ON DELETE CASCADE)`
    const rows = [`INSERT INTO ${n} (id) VALUES (1), (2)`, 'INSERT INTO child VALUES (1, 2)']
    await cycle([table(`${n} TEXT`), child], [table(`${n} TEXT NOT NULL DEFAULT 'x'`), child], { rows })
    await cycle(
      [table('a TEXT'), child],
      [table(`a TEXT, ${n} TEXT`), child, `CREATE INDEX ${n.replace(/^"/, '"i')} ON ${n} (${n})`],
      { rows },
    )
    await cycle([], [table(`${n} TEXT`), child, `CREATE UNIQUE INDEX ${n.replace(/^"/, '"i')} ON ${n} (${n})`])
    await cycle(
      [table(`a TEXT, ${n} TEXT`), `CREATE INDEX ${n.replace(/^"/, '"i')} ON ${n} (${n}, a)`, child],
      [table('a TEXT'), child],
      { rows },
    )
    await cycle([table('a TEXT')], [], { rows: rows.slice(0, 1) })
    await cycle(
      [table('a TEXT'), child],
      ['CREATE TABLE plain (id INTEGER PRIMARY KEY, b TEXT)', child.replace(n, 'plain')],
      { rows, tableRenames: [`${name}:plain`], renames: ['plain.a:plain.b'] },
    )
    await cycle(
      ['CREATE TABLE plain (id INTEGER PRIMARY KEY, b TEXT)'],
      [`CREATE TABLE plain (id INTEGER PRIMARY KEY, ${n} TEXT DEFAULT 4)`],
      { rows: ["INSERT INTO plain VALUES (1, 'x')"], renames: [`plain.b:plain.${name}`] },
    )
  })
})

test('nothing to do for the same schema', async () => {
  expect((await cycle([users], [users])).lines).toEqual([])
})
