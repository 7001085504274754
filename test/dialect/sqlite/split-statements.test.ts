import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitStatements } from '../../../src/dialect/sqlite/split-statements.ts'
import { openSqlite } from '../../../src/dialect/sqlite/sqlite-connection.ts'
import { tempFolder } from '../../temp-folder.ts'
import { driver } from './change-rig.ts'

const pieces = (script: string): readonly string[] => splitStatements(script).map(({ sql }) => sql)

test.each<[string, string, readonly string[]]>([
  ['nothing', '', []],
  ['blanks, comments and semicolons alone', ' ;; -- nothing;\n/* ; */ ;', []],
  ['one without its semicolon', 'SELECT 1', ['SELECT 1']],
  [
    'a semicolon in each style of quotes',
    `SELECT ';', ";" AS ";", \`;\` FROM [;];SELECT 2`,
    [`SELECT ';', ";" AS ";", \`;\` FROM [;]`, 'SELECT 2'],
  ],
  ['doubled quotes', `SELECT 'it''s; here', """;""";SELECT 2`, [`SELECT 'it''s; here', """;"""`, 'SELECT 2']],
  ['quotes in comments', `SELECT 1 -- it's\n;/* " */SELECT 2;`, [`SELECT 1 -- it's`, '/* " */SELECT 2']],
  ['comments in quotes', `SELECT '--', '/*';SELECT 2`, [`SELECT '--', '/*'`, 'SELECT 2']],
  ['a comment that is not closed', 'SELECT 1; /* the end;', ['SELECT 1']],
  ['a transaction', 'BEGIN; SELECT 1; END; SELECT 2;', ['BEGIN', 'SELECT 1', 'END', 'SELECT 2']],
  ['minus minus with a space between', 'SELECT 1 - -1; SELECT 2', ['SELECT 1 - -1', 'SELECT 2']],
  ['line ends of Windows', 'SELECT 1;\r\nSELECT 2;\r\n', ['SELECT 1', 'SELECT 2']],
  [
    'a column whose name has END in it',
    'CREATE TABLE t (weekend, "end"); SELECT 1',
    ['CREATE TABLE t (weekend, "end")', 'SELECT 1'],
  ],
])('%s', (_, script, expected) => {
  expect(pieces(script)).toEqual(expected)
})

const triggers = [
  'CREATE TRIGGER a AFTER INSERT ON t BEGIN DELETE FROM t WHERE 0; END',
  `CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET v = CASE WHEN v = 1 THEN 2 ELSE 3 END; DELETE FROM t WHERE 0; END`,
  `CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; END`,
  'CREATE TEMP TRIGGER a AFTER INSERT ON t BEGIN DELETE FROM t WHERE 0; END',
  'CREATE TEMPORARY TRIGGER IF NOT EXISTS a AFTER INSERT ON t BEGIN DELETE FROM t WHERE 0; END',
  'CREATE TRIGGER end AFTER INSERT ON t BEGIN DELETE FROM t WHERE 0; END',
  'CREATE TRIGGER "begin; end" AFTER INSERT ON t BEGIN DELETE FROM t WHERE 0; END',
  "create trigger a after insert on t begin insert into u values ('; END;'); end /* ; */",
  'CREATE /* ; */ TRIGGER a -- ;\nAFTER INSERT ON t WHEN new.v > 0 BEGIN\n  DELETE FROM t WHERE 0; -- END;\nEND',
]

test.each(triggers)('%s is one statement, and what follows another', (trigger) => {
  expect(pieces(`${trigger};SELECT 1;`)).toEqual([trigger, 'SELECT 1'])
})

test('each statement has its first line, comments before it not counted', () => {
  const script = `-- what this is\n\nSELECT 1;\n\n/* and\n   more */ SELECT\n 2; SELECT 3;\nCREATE TRIGGER a AFTER INSERT ON t\nBEGIN\nSELECT 1;\nEND;\nSELECT 4`
  expect(splitStatements(script).map(({ line }) => line)).toEqual([3, 6, 7, 8, 12])
})

test('a script of megabytes in one literal does not overflow anything', () => {
  for (const quote of ["'", '"', '`']) {
    const literal = `${quote}${`x;${quote}${quote}`.repeat(1_000_000)}${quote}`
    expect(pieces(`SELECT ${literal};SELECT 2`)).toEqual([`SELECT ${literal}`, 'SELECT 2'])
  }
  expect(pieces(`/* ${';'.repeat(3_000_000)} */ SELECT 1;`)).toHaveLength(1)
})

async function effectOf(
  run: (connection: Awaited<ReturnType<typeof openSqlite>>) => Promise<unknown>,
): Promise<unknown> {
  const connection = await openSqlite(driver, join(tempFolder(), 'x.db'), 'create')
  try {
    await connection.run('CREATE TABLE t (v); CREATE TABLE u (v);')
    await run(connection)
    return {
      master: await connection.all(
        'SELECT type, name, sql FROM sqlite_master UNION ALL SELECT type, name, sql FROM sqlite_temp_master',
      ),
      t: await connection.all('SELECT * FROM t'),
      u: await connection.all('SELECT * FROM u'),
    }
  } finally {
    await connection.close()
  }
}

test('piece by piece has the effect of the whole, as SQLite itself splits it', async () => {
  const statement = fc.oneof(
    fc.constantFrom(
      ...triggers.map((sql) =>
        sql.replace(/TRIGGER (IF NOT EXISTS )?(a|end|"begin; end")/i, 'TRIGGER IF NOT EXISTS $2'),
      ),
    ),
    fc.constantFrom(
      `INSERT INTO t VALUES ('a;b'), ("c;""d"), (CASE WHEN 1 THEN ';' END)`,
      'CREATE TABLE IF NOT EXISTS [w;x] (`a;b`, "c;d")',
      'CREATE VIEW IF NOT EXISTS w AS SELECT 1 -- ;',
      "UPDATE t SET v = v || ';--' -- it's done",
      'SAVEPOINT s',
      'RELEASE s',
      '',
    ),
    fc
      .string({
        unit: fc.constantFrom("''", ';', '--', '/*', '*/', '"', '`', '[', ']', 'x', '\n', 'é', '☃'),
        maxLength: 12,
      })
      .map((text) => `INSERT INTO u VALUES ('${text}')`),
  )
  const gap = fc.constantFrom(';', ';\n', ' ; -- a; comment\n', ';/* a; block */', ';;')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(statement, gap), { maxLength: 8 }), async (parts) => {
      let savepoints = 0
      const valid = parts.filter(([sql]) => {
        if (sql === 'SAVEPOINT s') savepoints += 1
        else if (sql === 'RELEASE s') return savepoints-- > 0 || ++savepoints < 0
        return true
      })
      const script = valid.map(([sql, end]) => sql + (sql.includes('-- ') ? '\n' : '') + end).join('')
      const whole = await effectOf((connection) => connection.run(script))
      const split = await effectOf(async (connection) => {
        for (const sql of pieces(script)) await connection.run(sql)
      })
      expect(split).toEqual(whole)
    }),
    { numRuns: 60 },
  )
})
