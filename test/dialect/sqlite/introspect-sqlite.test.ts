import { describe, expect, test } from 'vitest'
import type { Connection } from '../../../src/database/connection.ts'
import { introspectSqlite } from '../../../src/dialect/sqlite/introspect-sqlite.ts'
import type { ForeignKey, Index, Table } from '../../../src/schema/schema.ts'
import { inMemory, schemaOf, tableOf } from './memory.ts'

/** What a case says of a table; the rest of it is not looked at. */
type Wanted = (table: Table) => unknown

/** A statement, and what is to be read from it: the question and its answer. */
interface Case {
  readonly sql: string
  readonly table?: string
  readonly ask: Wanted
  readonly answer: unknown
}

const names: Wanted = ({ columns }) => columns.map(({ name }) => name)
const types: Wanted = ({ columns }) => columns.map(({ type }) => type)
const kinds: Wanted = ({ columns }) => columns.map(({ meaning }) => [meaning.kind, ...meaning.size].join(' '))
const defaults: Wanted = ({ columns }) => columns.map((column) => column.default)
const collations: Wanted = ({ columns }) => columns.map(({ collation }) => collation)
const nullable: Wanted = ({ columns }) => columns.map((column) => column.nullable)
const generated: Wanted = ({ columns }) =>
  columns.map((column) => column.generated && `${column.generated.kind} ${column.generated.expression}`)
const autoIncrement: Wanted = ({ columns }) => columns.map((column) => column.autoIncrement)
const primaryKey: Wanted = (table) => table.primaryKey
const checks: Wanted = (table) =>
  table.checks.map(({ name, expression }) => (name === null ? expression : `${name}: ${expression}`))
const options: Wanted = (table) => table.options
const indexes: Wanted = (table) => table.indexes.map(indexText)
const foreignKeys: Wanted = (table) => table.foreignKeys.map(keyText)

const indexText = ({ unique, origin, parts, where }: Index): string =>
  [
    ...(unique ? ['unique'] : []),
    origin,
    parts
      .map(({ column, expression, descending, collation }) =>
        [column ?? `<${expression}>`, ...(collation === null ? [] : [collation]), ...(descending ? ['DESC'] : [])].join(
          ' ',
        ),
      )
      .join(', '),
    ...(where === null ? [] : [`WHERE ${where}`]),
  ].join(' ')

const keyText = ({ name, columns, target, targetColumns, onDelete, onUpdate, deferred }: ForeignKey): string =>
  `${name ?? '-'} ${columns} > ${target} ${targetColumns} ${onDelete}/${onUpdate}${deferred ? ' deferred' : ''}`

const groups: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  'names in all four quote styles': {
    'double quotes': { sql: 'CREATE TABLE "a b" ("c d" INT, "e""f" INT)', ask: names, answer: ['c d', 'e"f'] },
    backticks: { sql: 'CREATE TABLE `a b` (`c d` INT COLLATE nocase)', ask: collations, answer: ['nocase'] },
    brackets: { sql: 'CREATE TABLE [a (b] ([c, d] INT COLLATE nocase)', ask: collations, answer: ['nocase'] },
    apostrophes: { sql: "CREATE TABLE 'a (b' ('c ''d' INT COLLATE 'nocase')", ask: collations, answer: ['nocase'] },
    'apostrophes around the columns of constraints': {
      sql: "CREATE TABLE 't' ('a' INT, 'b' INT, CONSTRAINT 'k' FOREIGN KEY ('a', 'b') REFERENCES 't' ('a', 'b') DEFERRABLE INITIALLY DEFERRED)",
      ask: foreignKeys,
      answer: ['k a,b > t a,b NO ACTION/NO ACTION deferred'],
    },
    'apostrophes around an AUTOINCREMENT column': {
      sql: "CREATE TABLE t ('id' INTEGER PRIMARY KEY AUTOINCREMENT)",
      ask: autoIncrement,
      answer: [true],
    },
    dots: { sql: 'CREATE TABLE "main.users" ("a.b" INT COLLATE rtrim)', ask: collations, answer: ['rtrim'] },
    'reserved words': {
      sql: 'CREATE TABLE "table" ("primary" INT COLLATE nocase, "check" INT, "unique" INT, "constraint" INT, "foreign" INT)',
      ask: collations,
      answer: ['nocase', null, null, null, null],
    },
    'words that stand quoted in a constraint': {
      sql: 'CREATE TABLE t (a INT REFERENCES "deferrable" ("initially"), "deferred" INT)',
      ask: foreignKeys,
      answer: ['- a > deferrable initially NO ACTION/NO ACTION'],
    },
    Unicode: { sql: 'CREATE TABLE größe (naïve INT COLLATE nocase)', ask: collations, answer: ['nocase'] },
    'Unicode capitals are other letters to SQLite': {
      sql: 'CREATE TABLE t (É TEXT COLLATE nocase, é TEXT)',
      ask: collations,
      answer: ['nocase', null],
    },
    'emoji and blanks that SQLite takes for letters': {
      sql: 'CREATE TABLE a😀b (x\u00a0y TEXT COLLATE nocase, 😀 TEXT COLLATE rtrim)',
      ask: (table) => [table.name, ...(names(table) as string[]), ...(collations(table) as string[])],
      answer: ['a😀b', 'x\u00a0y', '😀', 'nocase', 'rtrim'],
    },
    capitals: { sql: 'create TABLE Users (ID integer primary KEY autoIncrement)', ask: autoIncrement, answer: [true] },
  },
  'comments anywhere': {
    'between all words': {
      sql: "CREATE /* ( */ TABLE -- 'it\n t -- (\n ( /* , */ a INT -- , b INT)\n , /*)*/ b TEXT /* ' */ COLLATE -- x\n nocase )",
      ask: collations,
      answer: [null, 'nocase'],
    },
    'inside a check': {
      sql: 'CREATE TABLE t (a INT CHECK (a > /* ) */ 0 -- )\n ))',
      ask: checks,
      answer: ['a > /* ) */ 0 -- )'],
    },
    'before an added column': {
      sql: 'CREATE TABLE t (a INT -- the first, (\n); ALTER TABLE t ADD COLUMN b TEXT COLLATE nocase',
      ask: collations,
      answer: [null, 'nocase'],
    },
    'after the order of an index part': {
      sql: 'CREATE TABLE t (a TEXT); CREATE INDEX i ON t (lower(a) DESC /* newest */, upper(a)ASC, trim(a) COLLATE nocase -- end\n)',
      ask: indexes,
      answer: ['index <lower(a)> DESC, <upper(a)>, <trim(a) COLLATE nocase> nocase'],
    },
  },
  defaults: {
    'strings with everything in them': {
      sql: `CREATE TABLE t (a TEXT DEFAULT 'it''s; (a, b) -- no /* no', b TEXT DEFAULT ';' COLLATE nocase, c TEXT DEFAULT ')' CHECK (c <> ')'))`,
      ask: defaults,
      answer: ["'it''s; (a, b) -- no /* no'", "';'", "')'"],
    },
    'columns after such strings': {
      sql: `CREATE TABLE t (a TEXT DEFAULT 'x, CHECK (', b TEXT DEFAULT ('(') COLLATE nocase)`,
      ask: collations,
      answer: [null, 'nocase'],
    },
    'numbers, expressions and keywords': {
      sql: "CREATE TABLE t (a DEFAULT 0, b DEFAULT -1.5e3, c DEFAULT NULL, d DEFAULT CURRENT_TIMESTAMP, e DEFAULT (datetime('now')), f DEFAULT x'ab', g DEFAULT TRUE, h)",
      ask: defaults,
      answer: ['0', '-1.5e3', 'NULL', 'CURRENT_TIMESTAMP', "datetime('now')", "x'ab'", 'TRUE', null],
    },
    'a default that looks like a constraint': {
      sql: "CREATE TABLE t (a TEXT DEFAULT 'CHECK (x) COLLATE nocase REFERENCES t AUTOINCREMENT')",
      ask: (table) => [collations(table), checks(table), foreignKeys(table), autoIncrement(table)],
      answer: [[null], [], [], [false]],
    },
  },
  types: {
    'as declared': {
      sql: 'CREATE TABLE t (a VARCHAR( 10 ), b DECIMAL(10,2), c double   precision, d, e "odd type", f unsigned big int, g TINYINT(1), h VARCHAR BINARY(20))',
      ask: kinds,
      answer: [
        'varchar 10',
        'decimal 10 2',
        'double',
        '',
        'odd type',
        'unsigned big int',
        'boolean',
        'varchar binary 20',
      ],
    },
    'of generated columns': {
      sql: 'CREATE TABLE t (a INT, b INTEGER GENERATED ALWAYS AS (a) VIRTUAL)',
      ask: types,
      answer: ['INT', 'INTEGER'],
    },
  },
  collations: {
    'on columns': {
      sql: 'CREATE TABLE t (a TEXT COLLATE NOCASE NOT NULL, b TEXT NOT NULL COLLATE "rtrim", c TEXT)',
      ask: collations,
      answer: ['NOCASE', 'rtrim', null],
    },
    'not those inside expressions': {
      sql: "CREATE TABLE t (a TEXT DEFAULT ('x' COLLATE nocase) CHECK (a = 'b' COLLATE rtrim))",
      ask: collations,
      answer: [null],
    },
  },
  checks: {
    'named and unnamed, of columns and of the table': {
      sql: 'CREATE TABLE t (a INT CHECK (a > 0) CONSTRAINT small CHECK (a < (9)), b TEXT, CHECK (b <> \')\'), CONSTRAINT "c d" CHECK (a <> length(b)))',
      ask: checks,
      answer: ['small: a < (9)', 'c d: a <> length(b)', 'a > 0', "b <> ')'"],
    },
    'without commas between the constraints, as SQLite allows': {
      sql: 'CREATE TABLE t (a INT, b INT, CONSTRAINT x CHECK (a > 0) CHECK (a < 9) UNIQUE (a) CONSTRAINT fk FOREIGN KEY (b) REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED CHECK (b > 1))',
      ask: (table) => [checks(table), foreignKeys(table)],
      answer: [['a < 9', 'x: a > 0', 'b > 1'], ['fk b > t a NO ACTION/NO ACTION deferred']],
    },
    'named twice': {
      sql: 'CREATE TABLE t (a INT, CONSTRAINT x CONSTRAINT y CHECK (a > 0))',
      ask: checks,
      answer: ['y: a > 0'],
    },
    'with a conflict clause of an earlier constraint': {
      sql: 'CREATE TABLE t (a INT UNIQUE ON CONFLICT REPLACE CHECK (a > 0), b INT NOT NULL ON CONFLICT IGNORE COLLATE nocase)',
      ask: (table) => [checks(table), collations(table)],
      answer: [['a > 0'], [null, 'nocase']],
    },
  },
  'generated columns': {
    'with and without GENERATED ALWAYS, stored and virtual': {
      sql: "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * (2 + 1)) STORED, c INT AS (a || ')') , d AS (a) VIRTUAL, e TEXT NOT NULL AS (lower(a)) STORED COLLATE nocase)",
      ask: generated,
      answer: [null, 'stored a * (2 + 1)', "virtual a || ')'", 'virtual a', 'stored lower(a)'],
    },
    'a cast is none': { sql: 'CREATE TABLE t (a INT DEFAULT (CAST(1 AS INT)))', ask: generated, answer: [null] },
    'a name in a check': { sql: 'CREATE TABLE t ("as" INT CHECK ("as" > 0))', ask: generated, answer: [null] },
  },
  'primary keys': {
    'in another order than the columns': {
      sql: 'CREATE TABLE t (a INT, b INT, c INT, CONSTRAINT pk PRIMARY KEY (c, a))',
      ask: primaryKey,
      answer: { name: 'pk', columns: ['c', 'a'] },
    },
    'named at the column': {
      sql: 'CREATE TABLE t (a INT CONSTRAINT "my pk" PRIMARY KEY)',
      ask: primaryKey,
      answer: { name: 'my pk', columns: ['a'] },
    },
    none: { sql: 'CREATE TABLE t (a INT)', ask: primaryKey, answer: null },
    'only the rowid is never null': {
      sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a)',
      ask: nullable,
      answer: [false, true],
    },
    'a primary key that is no rowid may be null': {
      sql: 'CREATE TABLE t (id INT PRIMARY KEY)',
      ask: nullable,
      answer: [true],
    },
    'nor is INTEGER PRIMARY KEY DESC the rowid': {
      sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY DESC)',
      ask: nullable,
      answer: [true],
    },
    'a table constraint makes a rowid, too': {
      sql: 'CREATE TABLE t (id INTEGER, PRIMARY KEY (id))',
      ask: nullable,
      answer: [false],
    },
    'WITHOUT ROWID allows no null': {
      sql: 'CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID',
      ask: nullable,
      answer: [false, false],
    },
    AUTOINCREMENT: {
      sql: 'CREATE TABLE t (id INTEGER CONSTRAINT x PRIMARY KEY ASC ON CONFLICT ABORT AUTOINCREMENT)',
      ask: autoIncrement,
      answer: [true],
    },
    'AUTOINCREMENT in a table constraint': {
      sql: 'CREATE TABLE t (id INTEGER, PRIMARY KEY (id AUTOINCREMENT))',
      ask: autoIncrement,
      answer: [true],
    },
  },
  indexes: {
    'constraints against indexes': {
      sql: 'CREATE TABLE t (a INT UNIQUE, b INT, c INT, UNIQUE (c, b)); CREATE UNIQUE INDEX u ON t (b); CREATE INDEX i ON t (c, a)',
      ask: indexes,
      answer: ['index c, a', 'unique constraint a', 'unique constraint c, b', 'unique index b'],
    },
    'order, collation and condition': {
      sql: "CREATE TABLE t (a TEXT, b TEXT COLLATE nocase); CREATE INDEX i1 ON t (a DESC, b); CREATE INDEX i2 ON t (a COLLATE rtrim DESC) WHERE a <> 'where' AND b IS NOT NULL; CREATE INDEX i3 ON t (b COLLATE binary)",
      ask: indexes,
      answer: ['index a DESC, b nocase', "index a rtrim DESC WHERE a <> 'where' AND b IS NOT NULL", 'index b'],
    },
    'on a quoted column named where': {
      sql: 'CREATE TABLE t ("where" INT); CREATE INDEX "where" ON t ("where") WHERE "where" > 0',
      ask: indexes,
      answer: ['index where WHERE "where" > 0'],
    },
    expressions: {
      sql: "CREATE TABLE t (a TEXT, b TEXT); CREATE UNIQUE INDEX i ON t (lower(a || ','), b, (a) || (b) desc) WHERE (a) > (b)",
      ask: indexes,
      answer: ["unique index <lower(a || ',')>, b, <(a) || (b)> DESC WHERE (a) > (b)"],
    },
    'on names with parentheses': {
      sql: 'CREATE TABLE "t (x" ("a (b" TEXT); CREATE INDEX "i (" ON "t (x" (lower("a (b"))',
      ask: indexes,
      answer: ['index <lower("a (b")>'],
    },
  },
  'foreign keys': {
    'with all that they can say': {
      sql: 'CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b)); CREATE TABLE t (x INT, y INT, CONSTRAINT "a fk" FOREIGN KEY (x, y) REFERENCES p (a, b) ON DELETE SET NULL ON UPDATE CASCADE MATCH FULL DEFERRABLE INITIALLY DEFERRED)',
      table: 't',
      ask: foreignKeys,
      answer: ['a fk x,y > p a,b SET NULL/CASCADE deferred'],
    },
    'at a column': {
      sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY, up INT NOT NULL CONSTRAINT k REFERENCES t (id) ON DELETE CASCADE CHECK (up > 0))',
      ask: foreignKeys,
      answer: ['k up > t id CASCADE/NO ACTION'],
    },
    'deferred only when all of it is said': {
      sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a REFERENCES t DEFERRABLE, b REFERENCES t NOT DEFERRABLE INITIALLY DEFERRED, c REFERENCES t DEFERRABLE INITIALLY IMMEDIATE, d REFERENCES t DEFERRABLE INITIALLY DEFERRED)',
      ask: ({ foreignKeys }) => foreignKeys.filter(({ deferred }) => deferred).map(({ columns }) => columns.join()),
      answer: ['d'],
    },
    'twice at one column': {
      sql: 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a CONSTRAINT x REFERENCES p CONSTRAINT y REFERENCES p (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED)',
      table: 't',
      ask: foreignKeys,
      answer: ['x a > p id NO ACTION/NO ACTION', 'y a > p id CASCADE/NO ACTION deferred'],
    },
    'without target columns': {
      sql: 'CREATE TABLE p (a INT, b INT, PRIMARY KEY (b, a)); CREATE TABLE t (x INT, y INT, FOREIGN KEY (x, y) REFERENCES p)',
      table: 't',
      ask: foreignKeys,
      answer: ['- x,y > p b,a NO ACTION/NO ACTION'],
    },
    'under other capitals than the target has': {
      sql: 'CREATE TABLE Users (ID INTEGER PRIMARY KEY); CREATE TABLE t (a INT REFERENCES users (id), b INT REFERENCES USERS)',
      table: 't',
      ask: foreignKeys,
      answer: ['- a > Users ID NO ACTION/NO ACTION', '- b > Users ID NO ACTION/NO ACTION'],
    },
    'to a table that is not there': {
      sql: 'CREATE TABLE t (a INT REFERENCES nowhere)',
      ask: foreignKeys,
      answer: ['- a > nowhere  NO ACTION/NO ACTION'],
    },
  },
  options: {
    both: {
      sql: 'CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT, WITHOUT ROWID',
      ask: options,
      answer: ['STRICT', 'WITHOUT ROWID'],
    },
    none: { sql: 'CREATE TABLE t (a INT) -- STRICT', ask: options, answer: [] },
  },
  'after changes': {
    'ADD COLUMN before table constraints': {
      sql: 'CREATE TABLE t (a INT, CHECK (a > 0)); ALTER TABLE t ADD COLUMN b TEXT COLLATE nocase CONSTRAINT k CHECK (b <> a) REFERENCES t (a)',
      ask: (table) => [collations(table), checks(table), foreignKeys(table)],
      answer: [[null, 'nocase'], ['a > 0', 'k: b <> a'], ['- b > t a NO ACTION/NO ACTION']],
    },
    'RENAME COLUMN': {
      sql: "CREATE TABLE t ('a' TEXT COLLATE nocase CHECK (a > 0)); CREATE INDEX i ON t (lower(a)) WHERE a > 1; ALTER TABLE t RENAME COLUMN a TO 'b c'",
      ask: (table) => [collations(table), checks(table), indexes(table)],
      answer: [['nocase'], ['"b c" > 0'], ['index <lower("b c")> WHERE "b c" > 1']],
    },
    'RENAME TABLE': {
      sql: 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, up INT REFERENCES t (id)); ALTER TABLE t RENAME TO "new one"',
      ask: (table) => [table.name, autoIncrement(table), foreignKeys(table)],
      answer: ['new one', [true, false], ['- up > new one id NO ACTION/NO ACTION']],
    },
    'DROP COLUMN': {
      sql: 'CREATE TABLE t (a INT, b INT DEFAULT (1), c TEXT COLLATE nocase); ALTER TABLE t DROP COLUMN b',
      ask: collations,
      answer: [null, 'nocase'],
    },
    'CREATE TABLE AS': {
      sql: `CREATE TABLE p ("a b" VARCHAR(9), c REAL); CREATE TABLE t AS SELECT "a b", c, c + 1 AS "d)", '(' FROM p`,
      table: 't',
      ask: (table) => (names(table) as string[]).slice(0, 3),
      answer: ['a b', 'c', 'd)'],
    },
  },
}

for (const [group, cases] of Object.entries(groups)) {
  describe(group, () => {
    for (const [name, { sql, table, ask, answer }] of Object.entries(cases))
      test(name, async () => expect(ask(await tableOf(sql, table))).toEqual(answer))
  })
}

test('views and triggers are kept as they are written', async () => {
  const { tables, views } = await schemaOf(`
    CREATE TABLE t (a INT); CREATE VIEW v AS SELECT a FROM t;
    CREATE TRIGGER g AFTER INSERT ON T BEGIN SELECT 1; END; CREATE TRIGGER f INSTEAD OF INSERT ON v BEGIN SELECT 2; END`)
  expect(Object.keys(tables)).toEqual(['t'])
  expect(views).toEqual([
    { name: 'v', sql: 'CREATE VIEW v AS SELECT a FROM t' },
    { name: 'f', sql: 'CREATE TRIGGER f INSTEAD OF INSERT ON v BEGIN SELECT 2; END' },
  ])
  expect(tables.t?.triggers.map(({ name }) => name)).toEqual(['g'])
})

test('a virtual table is reported; its own tables and SQLite’s are not the user’s', async () => {
  const { tables, unread } = await schemaOf(
    'CREATE VIRTUAL TABLE docs USING fts5(title); CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)',
  )
  expect(Object.keys(tables)).toEqual(['t'])
  expect(unread).toEqual([{ object: 'table docs', reason: 'a virtual table' }])
})

test('tables whose names are words of JavaScript are tables like others', async () => {
  const { tables } = await schemaOf(
    'CREATE TABLE "__proto__" (a INT); CREATE TABLE "constructor" (b INT); CREATE TABLE "toString" ("valueOf" INT, up REFERENCES "hasOwnProperty")',
  )
  expect(Object.keys(tables).sort()).toEqual(['__proto__', 'constructor', 'toString'])
  expect(JSON.parse(JSON.stringify(tables))).toEqual(tables)
  expect(Object.entries(tables).find(([name]) => name === 'toString')?.[1].foreignKeys[0]?.targetColumns).toEqual([])
})

test('the meta table is not the user’s, whatever its name', async () => {
  const { tables } = await schemaOf('CREATE TABLE "meta.Log" (name TEXT); CREATE TABLE t (a INT)', ['meta.Log'])
  expect(Object.keys(tables)).toEqual(['t'])
})

test('an empty database is read', async () => expect(await schemaOf('')).toEqual({ tables: {}, views: [], unread: [] }))

test('a thousand tables cost as many statements as one, and a long text is no trouble', async () => {
  const tables = (count: number): string =>
    Array.from(
      { length: count },
      (_, n) =>
        `CREATE TABLE t${n} (id INTEGER PRIMARY KEY, a TEXT UNIQUE, up INT REFERENCES t${n} (id)); CREATE INDEX i${n} ON t${n} (up);`,
    ).join('\n')
  const one = await counted(tables(1))
  const thousand = await counted(tables(1000))
  expect(thousand.statements).toBe(one.statements)
  expect(thousand.statements).toBeLessThan(10)
  expect(thousand.tables).toBe(1000)
  const long = 'x'.repeat(2_000_000)
  const [column] = (await tableOf(`CREATE TABLE t (a TEXT DEFAULT '${long}' COLLATE nocase)`)).columns
  expect([column?.default?.length, column?.collation]).toEqual([long.length + 2, 'nocase'])
})

/** How many statements it takes to read what other statements made. */
const counted = (sql: string): Promise<{ statements: number; tables: number }> =>
  inMemory(sql, async (connection) => {
    let statements = 0
    const counting: Connection = {
      ...connection,
      all: (text, values) => {
        statements += 1
        return connection.all(text, values)
      },
    }
    const schema = await introspectSqlite(counting, new Set())
    return { statements, tables: Object.keys(schema.tables).length }
  })
