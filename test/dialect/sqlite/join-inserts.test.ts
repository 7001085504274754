import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Connection } from '../../../src/database/connection.ts'
import { joinInserts } from '../../../src/dialect/sqlite/join-inserts.ts'
import { quickenScript } from '../../../src/dialect/sqlite/quicken-script.ts'
import { splitStatements } from '../../../src/dialect/sqlite/split-statements.ts'
import { inMemory } from './memory.ts'

const schema = `PRAGMA foreign_keys = ON;
CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name, points REAL, UNIQUE (name, points));
CREATE TABLE "Pets" (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people (id), tag TEXT CHECK (tag <> 'x'));
CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES TREE (id));
CREATE TABLE once (id INTEGER PRIMARY KEY, name UNIQUE ON CONFLICT REPLACE);
CREATE TABLE refs (id INTEGER REFERENCES once (id));
CREATE TABLE pairs (a, b TEXT NOT NULL DEFAULT 'none', PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE seen (n);
`
const trigger = 'CREATE TRIGGER counted AFTER INSERT ON people BEGIN INSERT INTO seen VALUES (changes()); END;'
const tables = ['people', 'Pets', 'tree', 'once', 'pairs', 'seen', 'sqlite_sequence']

const joinedIn = (script: string): string =>
  joinInserts(script)
    .map(({ joined }) => joined)
    .join('')

/** What the script, as it is, leaves in a database; null where it is refused. */
async function outcomeOf(connection: Connection, run: () => Promise<void>): Promise<unknown> {
  await connection.run('BEGIN')
  const isDone = await run().then(
    () => true,
    () => false,
  )
  const rows: unknown[] = []
  for (const table of tables)
    rows.push(await connection.all(`SELECT *, typeof(${firstOf[table] ?? 'id'}) FROM ${table}`))
  return isDone ? rows : null
}

const firstOf: Readonly<Record<string, string>> = { pairs: 'a', seen: 'n', sqlite_sequence: 'seq' }

const asWritten = (more: string, script: string): Promise<unknown> =>
  inMemory(schema + more, (connection) =>
    outcomeOf(connection, async () => {
      for (const { sql } of splitStatements(script)) await connection.run(sql)
    }),
  )

const quickened = (more: string, script: string): Promise<unknown> =>
  inMemory(schema + more, async (connection) => {
    const text = await quickenScript(connection, joinInserts(script))
    return outcomeOf(connection, () => connection.run(text))
  })

test('neighbours with the same columns become statements of fifty rows; what is between stays as it is', () => {
  const rows = Array.from({ length: 120 }, (_, index) => `INSERT INTO t (a, b) VALUES (${index}, 'it''s; (${index})');`)
  const script = `${rows.join('\n')}\nUPDATE t SET a = 0; -- done;\ninsert into "t" values(1,NULL,x'00',-.5e3)\n;INSERT INTO "t" VALUES (2)`
  const statements = splitStatements(joinedIn(script)).map(({ sql }) => sql)
  expect(statements.map((sql) => [sql.slice(0, 25), sql.split('),(').length])).toEqual(
    [
      ['INSERT INTO t (a, b) VALUE', 50],
      ['INSERT INTO t (a, b) VALUE', 50],
      ['INSERT INTO t (a, b) VALUE', 20],
      ['UPDATE t SET a = 0', 1],
      ['-- done;\ninsert into "t" v', 1],
      ['INSERT INTO "t" VALUES (2)', 1],
    ].map(([head, count]) => [String(head).slice(0, 25), count]),
  )
  expect(
    joinInserts(script)
      .map(({ written }) => written)
      .join(''),
  ).toBe(script)
})

test.each([
  ['an expression', 'INSERT INTO t VALUES (1);INSERT INTO t VALUES (abs(2));'],
  ['a name', 'INSERT INTO t VALUES (a);INSERT INTO t VALUES ("a");'],
  [
    'a clause after the row',
    'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;',
  ],
  ['rows that replace', 'INSERT OR REPLACE INTO t VALUES (1);INSERT OR REPLACE INTO t VALUES (1);'],
  ['other columns', 'INSERT INTO t (a) VALUES (1);INSERT INTO t (b) VALUES (1);'],
  ['rows after which somebody counts', 'INSERT INTO t VALUES (1);INSERT INTO t VALUES (2);SELECT changes();'],
  [
    'the body of a trigger',
    'CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO u VALUES (1); INSERT INTO u VALUES (2); END;',
  ],
  ['rows of a table that the script makes', 'CREATE TABLE t (a);INSERT INTO t VALUES (1);INSERT INTO t VALUES (2);'],
])('%s is not joined', (_, script) => {
  expect(splitStatements(joinedIn(script)).map(({ sql }) => sql)).toEqual(splitStatements(script).map(({ sql }) => sql))
})

test.each([
  ['refer to a later one of its table', 'INSERT INTO tree VALUES (1, 2);INSERT INTO tree VALUES (2, NULL);'],
  [
    'replace one that is referred to, before it comes again',
    "INSERT INTO once VALUES (1, 'a');INSERT INTO refs VALUES (1);INSERT INTO once VALUES (2, 'a');INSERT INTO once VALUES (1, 'b');",
  ],
])('a row may not %s, which one statement for both would allow', async (_, script) => {
  expect(await asWritten('', script)).toBeNull()
  expect(await quickened('', script)).toBeNull()
})

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }).map(String) },
  fc.constantFrom(
    'NULL',
    'null',
    "'x'",
    "'it''s'",
    "';'",
    "'),('",
    '1.5',
    '-2',
    '+.5E1',
    "x'00ff'",
    '0x1F',
    "''",
    '9e999',
  ),
)
const heads = [
  'INSERT INTO people (name, points) VALUES ',
  'INSERT INTO people VALUES',
  'insert into "people"(id, name) values ',
  'INSERT INTO [Pets] (owner, tag) VALUES ',
  'INSERT INTO pets VALUES ',
  'INSERT INTO tree (id, parent) VALUES ',
  'INSERT INTO once (id, name) VALUES ',
  'INSERT INTO pairs (a, b) VALUES ',
  'INSERT INTO `pairs`(a) VALUES ',
]
const others = [
  'UPDATE people SET points = 0;',
  'DELETE FROM once;',
  'INSERT INTO seen SELECT count(*) FROM people;',
  'INSERT INTO seen SELECT changes();',
  'INSERT INTO seen SELECT last_insert_rowid();',
  'INSERT OR IGNORE INTO pairs VALUES (1, 2);',
  '-- nothing;\n',
  ';',
  '/* INSERT INTO people VALUES (1, 2, 3); */',
  'CREATE TABLE more (a);',
]
const countOf = (head: string): number => (/people VALUES|pets VALUES/.test(head) ? 3 : /\(a\)/.test(head) ? 1 : 2)
const group = fc.constantFrom(...heads).chain((head) => {
  const count = countOf(head)
  const row = fc
    .array(value, { minLength: count, maxLength: count })
    .map((values) => `${head}(${values.join(', ')});\n`)
  return fc.array(row, { minLength: 1, maxLength: 4 }).map((rows) => rows.join(''))
})
const script = fc
  .array(fc.oneof({ weight: 4, arbitrary: group }, fc.constantFrom(...others)), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''))

test('a quickened script leaves what the script itself leaves, and is refused where it is', async () => {
  const seen = { done: 0, joined: 0 }
  await fc.assert(
    fc.asyncProperty(script, fc.constantFrom('', trigger), async (text, more) => {
      const expected = await asWritten(more, text)
      expect(await quickened(more, text)).toEqual(expected)
      if (expected !== null) seen.done += 1
      if (expected !== null && /\),\(/.test(joinedIn(text)) && !/'\),\('/.test(text)) seen.joined += 1
    }),
    { numRuns: process.env.CI === undefined ? 300 : 150 },
  )
  // Or it would say nothing.
  expect(seen.done).toBeGreaterThan(10)
  expect(seen.joined).toBeGreaterThan(3)
})
