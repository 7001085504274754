import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readMetaTable, recordNames } from '../../../src/dialect/sqlite/meta-table.ts'
import { schemaScript } from '../../../src/dialect/sqlite/schema-script.ts'
import { splitStatements } from '../../../src/dialect/sqlite/split-statements.ts'
import { inMemory, schemaOf } from './memory.ts'
import { renderPlan, schemaPlan } from './random-schema.ts'

const meta = { table: 'SequelizeMeta', column: 'name', schema: null }
const metaSql = 'CREATE TABLE SequelizeMeta (name VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY);'
const scriptOf = (sql: string, table = meta) => inMemory(sql, (connection) => schemaScript(connection, table))

/** What SQLite keeps of a database, in the order in which it was made. */
const catalogOf = (sql: string) =>
  inMemory(sql, (connection) =>
    connection.all('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name'),
  )

/** The script that stands for a script, run as devdb runs it: one statement after the other. */
async function replayed(sql: string): Promise<string> {
  const script = await scriptOf(sql)
  expect(await inMemory(script.sql, async (connection) => (await schemaScript(connection, meta)).sql)).toBe(script.sql)
  await inMemory('', async (connection) => {
    for (const statement of splitStatements(script.sql)) await connection.run(statement.sql)
  })
  return script.sql
}

describe('a script gives the same schema again', () => {
  test.each([
    ['plain tables', 'CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT DEFAULT (1 + 1) COLLATE NOCASE)'],
    ['AUTOINCREMENT with rows', 'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO a VALUES (7)'],
    [
      'foreign keys in a circle, and to oneself',
      `CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b DEFERRABLE INITIALLY DEFERRED, a INT REFERENCES a (id) ON DELETE CASCADE);
       CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a (id) ON UPDATE SET NULL)`,
    ],
    [
      'indexes: unique, partial, of expressions, descending',
      `CREATE TABLE a (x, y, UNIQUE (y, x)); CREATE UNIQUE INDEX one ON a (x) WHERE y IS NOT NULL;
       CREATE INDEX two ON a (lower(x) COLLATE NOCASE DESC, y)`,
    ],
    [
      'triggers with several statements, CASE and END',
      `CREATE TABLE a (x, y); CREATE TRIGGER t AFTER UPDATE OF x ON A BEGIN
         UPDATE a SET y = CASE WHEN new.x = ';' THEN 1 ELSE 2 END; DELETE FROM gone;
       END`,
    ],
    [
      'views, also of a view that comes later, with triggers',
      `CREATE VIEW early AS SELECT * FROM late; CREATE TABLE a (x); CREATE VIEW late AS SELECT x FROM a;
       CREATE TRIGGER into_view INSTEAD OF INSERT ON late BEGIN INSERT INTO a VALUES (new.x); END`,
    ],
    [
      'names with blanks, quotes, keywords and semicolons',
      `CREATE TABLE "order by" ("a ""b"" c" TEXT, [d;e] INT, \`f\` TEXT CHECK (f <> 'it''s'));
       CREATE INDEX "x;'y" ON "order by" ("a ""b"" c")`,
    ],
    ['generated columns', "CREATE TABLE a (x INT, y INT AS (x + 1) STORED, z TEXT AS (x || '\";') VIRTUAL)"],
    [
      'STRICT and WITHOUT ROWID',
      'CREATE TABLE a (x TEXT PRIMARY KEY) STRICT, WITHOUT ROWID; CREATE TABLE b (x INT) STRICT',
    ],
    [
      'comments, also at the end of a statement',
      `CREATE TABLE a (x -- the first
        , y /* ; */);
       CREATE VIEW v AS SELECT x FROM a -- that is all
       ; CREATE VIEW w AS SELECT 1 /* here, too */`,
    ],
    [
      'what was altered',
      'CREATE TABLE a (x); ALTER TABLE a ADD COLUMN y TEXT NOT NULL DEFAULT 1; ALTER TABLE a RENAME TO "b c"',
    ],
    [
      'virtual tables, whose own tables they make themselves',
      `CREATE TABLE posts (title); CREATE VIRTUAL TABLE found USING fts5(title, content=posts);
       CREATE TRIGGER finds AFTER INSERT ON posts BEGIN INSERT INTO found (title) VALUES (new.title); END`,
    ],
    ['what SQLite keeps for itself', 'CREATE TABLE a (x); CREATE INDEX i ON a (x); INSERT INTO a VALUES (1); ANALYZE'],
  ])('%s', async (_, sql) => {
    const script = await replayed(sql)
    expect(await schemaOf(script)).toEqual(await schemaOf(sql))
    expect((await catalogOf(script)).filter(({ name }) => !String(name).startsWith('sqlite_stat'))).toEqual(
      (await catalogOf(sql)).filter(({ name }) => !String(name).startsWith('sqlite_stat')),
    )
  })
})

test('so does that of any schema, however it is spelled', async () => {
  const property = fc.asyncProperty(schemaPlan, fc.nat(), async (plan, spelling) => {
    const sql = renderPlan(plan, spelling)
    expect(await schemaOf(await replayed(sql))).toEqual(await schemaOf(sql))
  })
  await fc.assert(property, { numRuns: 100 })
})

test('a comment that nobody closed is closed', async () => {
  const script = await replayed('CREATE TABLE a (x); CREATE VIEW v AS SELECT x FROM a /* open')
  expect((await schemaOf(script)).views).toEqual([{ name: 'v', sql: 'CREATE VIEW v AS SELECT x FROM a /* open*/' }])
})

test('it has no rows but those of the meta table, whole and in their order', async () => {
  const sql = `CREATE TABLE a (x); INSERT INTO a VALUES ('secret');
    CREATE TABLE "my meta" (file TEXT, at REAL, note BLOB, up TEXT AS (upper(file)));
    INSERT INTO "my meta" (file, at, note) VALUES ('02-b.js', 1.5, NULL), ('it''s; 01.js', 2, x'00ff')`
  const table = { table: 'my meta', column: 'file', schema: null }
  const script = await scriptOf(sql, table)
  expect(script).toMatchObject({ tables: 1, names: ['02-b.js', "it's; 01.js"] })
  expect(script.sql).not.toContain('secret')
  const rows = 'SELECT *, typeof(at) AS type FROM "my meta" ORDER BY rowid'
  const expected = await inMemory(sql, (connection) => connection.all(rows))
  expect(await inMemory(script.sql, (connection) => connection.all(rows))).toEqual(expected)
})

test('an empty database gives a script that makes nothing', async () => {
  expect(await scriptOf('')).toEqual({ sql: 'BEGIN;\nCOMMIT;\n', tables: 0, names: [] })
})

test('reading leaves the connection without a transaction', async () => {
  await inMemory(metaSql, async (connection) => {
    await schemaScript(connection, meta)
    await connection.run('BEGIN; COMMIT')
  })
})

describe('names are recorded', () => {
  const record = (sql: string, names: readonly string[], table: typeof meta | { schema: string } = meta) =>
    inMemory(sql, async (connection) => {
      await recordNames(connection, { ...meta, ...table }, names)
      return readMetaTable(connection, { ...meta, ...table })
    })

  test('in a table that is made as Umzug makes it, or in the one that is there, in their order', async () => {
    expect(await record('', ['b.js', "it's.js"])).toEqual(['b.js', "it's.js"])
    expect(await record(`${metaSql} INSERT INTO SequelizeMeta VALUES ('z.js')`, ['b', 'a'])).toEqual(['z.js', 'b', 'a'])
    expect(await record('', ['b.js'], { schema: 'app' })).toEqual(['b.js'])
    expect(await record('', [])).toEqual([])
    await inMemory('', async (connection) => {
      await recordNames(connection, meta, ['a'])
      expect(await connection.all('PRAGMA table_info(SequelizeMeta)')).toEqual(
        await inMemory(metaSql, (umzug) => umzug.all('PRAGMA table_info(SequelizeMeta)')),
      )
    })
  })
})
