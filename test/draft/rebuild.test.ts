/** What a rebuild of a table keeps: rowids, what names it with other capitals, conflict clauses, counters; and what it leaves to the table. */
import type { Sequelize } from 'sequelize'
import { afterAll, describe, expect, test } from 'vitest'
import { sqliteRules } from '../../src/dialect/sqlite/sqlite-rules.ts'
import { describeChange } from '../../src/schema/describe-change.ts'
import { diff } from '../../src/schema/diff.ts'
import { objectChanges } from '../../src/schema/object-changes.ts'
import type { Schema } from '../../src/schema/schema.ts'
import { type CycleOptions, cycle, introspect, load, open, prepare, run } from './cycle.ts'
import { dump, execute, rowsOf } from './oracle.ts'

const styles = [{ isSql: false }, { isSql: true }]
const opened: Sequelize[] = []
afterAll(() => Promise.all(opened.map((db) => db.close())))

/** Drafts, and prepares what runs the file. */
async function drafting(from: readonly string[], to: readonly string[], options: CycleOptions) {
  const { db, wantedDb, drafted } = await prepare(from, to, options)
  opened.push(db, wantedDb)
  const migration = await load(drafted.text)
  const go = (which: 'up' | 'down') => run(migration, which, db)
  const one = async (sql: string) => Object.values((await db.query(sql))[0][0] as object)[0] as unknown
  return { db, drafted, go, one }
}

describe('rowids', () => {
  const docs = (title: string) => `CREATE TABLE docs (id VARCHAR(9) PRIMARY KEY, title ${title}, body TEXT)`
  const search = [
    "CREATE VIRTUAL TABLE docs_fts USING fts5(title, body, content='docs')",
    'CREATE TRIGGER docs_new AFTER INSERT ON docs BEGIN INSERT INTO docs_fts (rowid, title, body) VALUES (new.rowid, new.title, new.body); END',
    "CREATE TRIGGER docs_old AFTER DELETE ON docs BEGIN INSERT INTO docs_fts (docs_fts, rowid, title, body) VALUES ('delete', old.rowid, old.title, old.body); END",
  ]
  const rows = [
    "INSERT INTO docs VALUES ('a', 'apple', 'x'), ('b', 'banana', 'y'), ('c', 'cherry', 'z')",
    "DELETE FROM docs WHERE id = 'a'",
  ]

  test.each(styles)('stay under a full-text table that finds rows by them, %j', async (style) => {
    const options = { ...style, migrated: search, rows }
    const { go, db, one } = await drafting([docs('VARCHAR(99)')], [docs('VARCHAR(40)')], options)
    for (const which of ['up', 'down', 'up'] as const) {
      await go(which)
      await db.query("INSERT INTO docs_fts (docs_fts, rank) VALUES ('integrity-check', 1)")
      expect(
        await one("SELECT id FROM docs WHERE rowid = (SELECT rowid FROM docs_fts WHERE docs_fts MATCH 'cherry')"),
      ).toBe('c')
    }
  })

  test.each([
    ['rowid TEXT, a', 'rowid TEXT, a TEXT', '_rowid_'],
    ['ROWID TEXT, _Rowid_ TEXT, a', 'ROWID TEXT, _Rowid_ TEXT, a TEXT', 'oid'],
  ])('stay where columns have their names: %s', async (from, to, name) => {
    const table = (columns: string) => `CREATE TABLE t (${columns})`
    const values = from.split(',').map((_, index) => `'${index}'`)
    const options = { rows: [`INSERT INTO t VALUES (${values}), (${values})`, `DELETE FROM t WHERE ${name} = 1`] }
    const { go, one } = await drafting([table(from)], [table(to)], options)
    await go('up')
    expect(await one(`SELECT ${name} FROM t`)).toBe(2)
  })

  test.each(styles)('become the numbers of a new key, and come back when it goes, %j', async (style) => {
    const from = ['CREATE TABLE t (a TEXT)']
    const to = ['CREATE TABLE t (a TEXT, id INTEGER PRIMARY KEY AUTOINCREMENT)']
    const options = { ...style, rows: ["INSERT INTO t VALUES ('x'), ('y'), ('z')", "DELETE FROM t WHERE a = 'x'"] }
    const { go, one } = await drafting(from, to, options)
    await go('up')
    expect(await one('SELECT group_concat(id || a) FROM t')).toBe('2y,3z')
    await go('down')
    expect(await one('SELECT group_concat(rowid || a) FROM t')).toBe('2y,3z')
  })

  test('are not asked for where there are none', async () => {
    const table = (type: string) => `CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, a ${type}) WITHOUT ROWID`
    const { text } = await cycle([table('TEXT')], [table('INTEGER')], { rows: ["INSERT INTO t VALUES ('x', '1')"] })
    expect(text).not.toContain('rowid:')
  })

  test.each(styles)('and counters beyond 2^53 are copied to the last digit, %j', async (style) => {
    const t = (type: string) => `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a ${type})`
    const u = (type: string) => `CREATE TABLE u (a ${type})`
    const rows = [
      "INSERT INTO t VALUES (1234567890123456777, 'x')",
      'UPDATE sqlite_sequence SET seq = 9223372036854775807',
      "INSERT INTO u (rowid, a) VALUES (9007199254740993, 'x')",
    ]
    const { go, one } = await drafting([t('TEXT'), u('TEXT')], [t('BLOB'), u('BLOB')], { ...style, rows })
    for (const which of ['up', 'down'] as const) {
      await go(which)
      expect(await one("SELECT quote(seq) || ' ' || quote(name) FROM sqlite_sequence")).toBe("9223372036854775807 't'")
      expect(await one('SELECT quote(id) FROM t')).toBe('1234567890123456777')
      expect(await one('SELECT quote(rowid) FROM u')).toBe('9007199254740993')
    }
  })

  test.each(styles)('a counter that comes or goes with AUTOINCREMENT leaves nothing behind, %j', async (style) => {
    const from = ['CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)']
    const to = ['CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)']
    const { go, one } = await drafting(from, to, { ...style, rows: ["INSERT INTO t VALUES (7, 'x')"] })
    const counters = "SELECT coalesce(group_concat(name || seq), '') FROM sqlite_sequence"
    await go('up')
    expect(await one(counters)).toBe('t7')
    await go('down')
    expect(await one(counters)).toBe('')
  })
})

describe('names', () => {
  const users = (type: string) => `CREATE TABLE users (id INTEGER PRIMARY KEY, nick ${type})`

  test('a trigger, an index and a view made since, with other capitals, stay', async () => {
    const { go, db } = await drafting(
      [users('TEXT'), 'CREATE TABLE log (a TEXT)'],
      [users('VARCHAR(9)'), 'CREATE TABLE log (a TEXT)'],
      {},
    )
    const made = [
      'CREATE TRIGGER t_other AFTER INSERT ON Users BEGIN INSERT INTO LOG VALUES (new.NICK); END',
      'CREATE INDEX I_OTHER ON USERS (Nick)',
      'CREATE VIEW V_other AS SELECT NICK FROM uSers',
    ]
    await execute(db, made)
    for (const which of ['up', 'down', 'up'] as const) {
      await go(which)
      const { objects } = (await dump(db)) as { objects: string[] }
      expect(objects.map((each) => each.split(' ')[1])).toEqual(['t_other', 'V_other'])
    }
    await execute(db, ["INSERT INTO users (nick) VALUES ('n')"])
    expect([...(await rowsOf(db, 'log', ['a'])), ...(await rowsOf(db, 'V_other', ['nick']))]).toEqual(["'n'", "'n'"])
    const [indexes] = await db.query('PRAGMA index_list(users)')
    expect(indexes).toMatchObject([{ name: 'I_OTHER' }])
  })

  test('a table that somebody made with other capitals, and its counter, is the same table', async () => {
    const table = (name: string, type: string) =>
      `CREATE TABLE ${name} (id INTEGER PRIMARY KEY AUTOINCREMENT, a ${type})`
    const { drafted } = await drafting([table('users', 'TEXT')], [table('users', 'VARCHAR(9)')], {})
    const db = open()
    opened.push(db)
    await execute(db, [
      table('USERS', 'TEXT').replace('a TEXT', 'A TEXT'),
      "INSERT INTO users VALUES (9, 'x')",
      'DELETE FROM users',
    ])
    await run(await load(drafted.text), 'up', db)
    await execute(db, ["INSERT INTO users (a) VALUES ('y')"])
    expect(await rowsOf(db, 'users', ['id', 'a'])).toEqual(["10 | 'y'"])
  })

  test.each(styles)('of the new table is one that is free, %j', async (style) => {
    const others = ['CREATE TABLE NEW_users (id INTEGER PRIMARY KEY)', 'CREATE VIEW new_new_users AS SELECT 1 AS one']
    const rows = ["INSERT INTO users VALUES (1, 'x')", 'INSERT INTO new_users VALUES (5)']
    await cycle([users('TEXT'), ...others], [users('VARCHAR(9)'), ...others], { ...style, rows })
  })
})

describe('conflict clauses', () => {
  const paths = (size: string) =>
    `CREATE TABLE paths (
      name VARCHAR(255) NOT NULL CONSTRAINT once UNIQUE ON CONFLICT IGNORE,
      size ${size} NOT NULL ON CONFLICT REPLACE DEFAULT 7,
      kind TEXT DEFAULT open, [on] TEXT DEFAULT "q u",
      PRIMARY KEY (kind COLLATE NOCASE, size DESC) ON CONFLICT REPLACE,
      CHECK (size > 0) ON CONFLICT FAIL
    )`

  test.each(styles)('stay, with the collation of a key and bare words as defaults, %j', async (style) => {
    const rows = ["INSERT INTO paths (name, size) VALUES ('a', 1)"]
    // Models can say nothing of it.
    const to = [
      "CREATE TABLE paths (name VARCHAR(255) NOT NULL UNIQUE, size BIGINT NOT NULL DEFAULT 7, kind TEXT DEFAULT 'open', \"on\" TEXT DEFAULT 'q u', PRIMARY KEY (kind, size))",
    ]
    const options = { ...style, rows, isFromModels: true }
    const { lines, text } = await cycle([paths('INTEGER')], to, options)
    expect(lines).toEqual(['~ paths.size  INTEGER → BIGINT'])
    expect(text).toMatch(/DEFAULT open,/)
    const { go, db } = await drafting([paths('INTEGER')], to, options)
    await go('up')
    await execute(db, [
      "INSERT INTO paths (name, size) VALUES ('a', 2)",
      "INSERT INTO paths (name, size) VALUES ('b', NULL)",
      "INSERT INTO paths (name, kind, size) VALUES ('c', 'OPEN', 7)",
    ])
    expect(await rowsOf(db, 'paths', ['name', 'size', 'kind', 'on'])).toEqual([
      "'a' | 1 | 'open' | 'q u'",
      "'c' | 7 | 'OPEN' | 'q u'",
    ])
  })

  test.each([
    ['a TEXT NOT NULL', 'a TEXT NOT NULL ON CONFLICT IGNORE', '~ t.a  NOT NULL ON CONFLICT IGNORE'],
    ['a TEXT PRIMARY KEY', 'a TEXT PRIMARY KEY ON CONFLICT REPLACE', '~ t  primary key (a) → (a) ON CONFLICT REPLACE'],
    ['a, PRIMARY KEY (a)', 'a, PRIMARY KEY (a COLLATE NOCASE)', '~ t  primary key (a) → (a COLLATE NOCASE)'],
    [
      'a, PRIMARY KEY (a)',
      'a, PRIMARY KEY (a DESC) ON CONFLICT FAIL',
      '~ t  primary key (a) → (a DESC) ON CONFLICT FAIL',
    ],
    ['a UNIQUE', 'a UNIQUE ON CONFLICT ROLLBACK', '+ t  unique index (a) ON CONFLICT ROLLBACK'],
    ['a, UNIQUE (a)', 'a, UNIQUE ("A") ON CONFLICT IGNORE', '+ t  unique index (a) ON CONFLICT IGNORE'],
    ['a, CHECK (a > 1)', 'a, CHECK (a > 1) ON CONFLICT FAIL', '+ t  CHECK (a > 1) ON CONFLICT FAIL'],
    ['a UNIQUE', 'a UNIQUE ON CONFLICT ABORT', undefined],
    ['a NOT NULL', 'a NOT NULL ON CONFLICT ABORT', undefined],
    ['a COLLATE NOCASE, PRIMARY KEY (a)', 'a COLLATE nocase, PRIMARY KEY (a COLLATE NoCase)', undefined],
    [
      'a NOT NULL DEFAULT 1 REFERENCES t (a) ON DELETE CASCADE',
      'a DEFAULT 1 NOT NULL REFERENCES t (a) ON DELETE CASCADE',
      undefined,
    ],
  ])('differ: (%s) and (%s)', async (from, to, line) => {
    const schemas = await Promise.all(
      [from, to].map(async (columns) => {
        const db = open(':memory:')
        opened.push(db)
        await execute(db, [`CREATE TABLE t (${columns})`])
        return introspect(db)
      }),
    )
    const linesOf = ([one, other]: readonly Schema[]) =>
      [
        ...diff(one!, other!, { rules: sqliteRules, isFromModels: false }),
        ...objectChanges(one!, other!, sqliteRules),
      ].map(describeChange)
    expect(linesOf(schemas).at(-1)).toBe(line)
    expect(linesOf(schemas.toReversed()).length).toBe(linesOf(schemas).length)
    expect(diff(schemas[0]!, schemas[1]!, { rules: sqliteRules, isFromModels: true })).toEqual([])
  })

  test('an INTEGER PRIMARY KEY DESC is still none of the rowid', async () => {
    const t = (type: string) => `CREATE TABLE t (id INTEGER PRIMARY KEY DESC, a ${type})`
    const { go, one } = await drafting([t('TEXT')], [t('BLOB')], { rows: ["INSERT INTO t (id, a) VALUES (5, 'x')"] })
    await go('up')
    expect(await one('SELECT rowid || id FROM t')).toBe('15')
    expect(await one("SELECT count(*) FROM pragma_index_list('t')")).toBe(1)
  })
})

describe('what the table decides', () => {
  const none = { isFromModels: true }

  test('is no difference: NOT NULL of a key, and what WITHOUT ROWID brings', async () => {
    const model = [
      'CREATE TABLE wr (k VARCHAR(255) PRIMARY KEY, v TEXT)',
      'CREATE TABLE n (id INTEGER PRIMARY KEY AUTOINCREMENT)',
      'CREATE TABLE u (id UUID PRIMARY KEY, b TEXT)',
    ]
    const from = [
      'CREATE TABLE wr (k VARCHAR(255) NOT NULL PRIMARY KEY, v TEXT) WITHOUT ROWID',
      'CREATE TABLE n (id INTEGER PRIMARY KEY) WITHOUT ROWID',
      'CREATE TABLE u (id UUID NOT NULL PRIMARY KEY, b TEXT)',
    ]
    expect((await cycle(from, model, none)).lines).toEqual([])
    expect(
      (await cycle([...model.slice(0, 1), ...from.slice(1)], [...from.slice(0, 1), ...model.slice(1)], none)).lines,
    ).toEqual([])
    // Nor does a draft with another reason take it away.
    const wider = model.map((sql) => sql.replace('UUID', 'TEXT').replace('VARCHAR(255)', 'TEXT'))
    const { lines, text } = await cycle(from, wider, none)
    expect(lines).toEqual(['~ u.id  UUID → TEXT', '~ wr.k  VARCHAR(255) → TEXT'])
    const up = text.split('export const down')[0]
    expect(up).toContain('"k" TEXT NOT NULL')
    expect(up).toContain('"id" TEXT NOT NULL')
  })

  test('a column that becomes a key keeps NOT NULL, and one that is no key any more loses it', async () => {
    const keyed = 'CREATE TABLE t (a TEXT, b TEXT, PRIMARY KEY (a))'
    const to = 'CREATE TABLE t (a TEXT, b TEXT, PRIMARY KEY (b))'
    const { lines } = await cycle([keyed.replaceAll('TEXT', 'TEXT NOT NULL')], [to], none)
    expect(lines).toEqual(['~ t.a  NOT NULL dropped', '~ t  primary key (a) → (b)'])
  })

  test('types of a STRICT table are those that it knows', async () => {
    const kinds = [
      'VARCHAR(30)',
      'DATETIME',
      'TINYINT(1)',
      'JSON',
      'UUID',
      'DECIMAL(10,2)',
      'DOUBLE PRECISION',
      'BLOB',
      'BIGINT',
      'CHAR(3)',
      'GEOMETRY',
    ]
    const model = (count: number) =>
      `CREATE TABLE s (id INTEGER PRIMARY KEY, ${kinds
        .slice(0, count)
        .map((type, index) => `c${index} ${type}`)
        .join(', ')})`
    const from = ['CREATE TABLE s (id INTEGER PRIMARY KEY, c0 TEXT) STRICT']
    const { db, drafted } = await drafting(from, [model(11)], { ...none, rows: ["INSERT INTO s VALUES (1, 'x')"] })
    await run(await load(drafted.text), 'up', db)
    const [columns] = await db.query("SELECT group_concat(type) AS types FROM pragma_table_info('s')")
    expect(columns).toEqual([{ types: 'INTEGER,TEXT,TEXT,INTEGER,TEXT,TEXT,REAL,REAL,BLOB,INTEGER,TEXT,ANY' }])
    // Rebuilt it stays so, and what fits stays as it is.
    const fitting = from[0]!.replace('c0 TEXT', 'c0 ANY NOT NULL, c1 TEXT, c2 INT, c3 BLOB, c4 TEXT, c5 TEXT')
    const { lines, text } = await cycle([fitting], [model(6)], none)
    expect(lines).toEqual(['~ s.c0  NOT NULL dropped'])
    expect(text.match(/\) STRICT/g)).toHaveLength(2)
    await cycle(from, [model(11)], { ...none, isSql: true })
  })
})
