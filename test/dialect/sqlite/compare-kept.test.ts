/** What the test of a draft must not overlook: rows that do not hold to the bit what they held. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Target } from '../../../src/database/target.ts'
import { copyForTrial } from '../../../src/dialect/sqlite/copy-for-trial.ts'
import { createSqliteDialect } from '../../../src/dialect/sqlite/sqlite-dialect.ts'
import { execute, query } from '../../end-to-end/database.ts'
import { tempFolder } from '../../temp-folder.ts'
import { driver } from './memory.ts'

const dialect = createSqliteDialect(process.cwd())
const big = '9007199254740993'

const create = [
  'CREATE TABLE t (id INTEGER PRIMARY KEY, v, n COLLATE NOCASE)',
  `INSERT INTO t VALUES (1, ${big}, 'Ann'), (2, x'00ff', 'a' || char(0) || 'b'), (3, 1, NULL), (4, 9e999, -0.5)`,
  'CREATE TABLE bag (v, n COLLATE NOCASE)',
  'INSERT INTO bag (rowid, v, n) SELECT id * 10, v, n FROM t',
  'INSERT INTO bag SELECT v, n FROM t',
  'CREATE TABLE open (k VARCHAR(9) PRIMARY KEY, v, n)',
  "INSERT INTO open VALUES (NULL, 1, 2), (NULL, 1, 2), ('a', 1, 3)",
]
const tables = ['t', 'bag', 'open']

/** What is said where the second statements came after the first ones. */
async function compared(...changes: readonly string[]): Promise<readonly string[]> {
  const folder = tempFolder()
  const place = async (name: string, statements: readonly string[]): Promise<Target> => {
    await execute(join(folder, `${name}.db`), `PRAGMA synchronous = OFF; BEGIN; ${statements.join(';')}; COMMIT`)
    return dialect.scratch(folder, name)
  }
  const [before, now] = [await place('before', create), await place('now', [...create, ...changes])]
  const columns = ['v', 'n'].map((name) => ({ before: name, after: name }))
  const kept = tables.map((name) => ({
    before: name,
    after: name,
    columns:
      name === 'bag' ? columns : [{ before: name === 't' ? 'id' : 'k', after: name === 't' ? 'id' : 'k' }, ...columns],
  }))
  return dialect.compareKept({ before, now, tables: kept, names: 'after' })
}

test('what is the same, whatever the rowids are', async () => {
  const rebuild = (name: string) => [
    `CREATE TABLE n AS SELECT * FROM ${name} ORDER BY n DESC`,
    `DROP TABLE ${name}`,
    `ALTER TABLE n RENAME TO ${name}`,
  ]
  expect(await compared()).toEqual([])
  expect(await compared(...rebuild('bag'), ...rebuild('open'))).toEqual([])
})

test.each([
  ['a whole number beyond 2^53', `v = ${big} - 1 WHERE v = ${big}`],
  ['a floating-point number in the place of a whole one', 'v = 1.0 WHERE v = 1 AND n IS NULL'],
  ['a text in the place of a number', "v = '1' WHERE v = 1 AND n IS NULL"],
  ['a byte of a blob', "v = x'00fe' WHERE v = x'00ff'"],
  ['the same bytes as a text', "v = CAST(v AS TEXT) WHERE v = x'00ff'"],
  ['what stands behind a NUL', "n = 'a' || char(0) || 'c' WHERE v = x'00ff'"],
  ['a letter case', "n = 'ANN' WHERE n = 'ann'"],
  ['a NULL', 'n = 0 WHERE n IS NULL'],
])('%s', async (_, change) => {
  expect(await compared(`UPDATE t SET ${change}`, `UPDATE bag SET ${change}`)).toEqual([
    'the rows of t hold other values',
    'the rows of bag hold other values',
  ])
})

test('rows that are gone, that came twice, and that have NULL in their key', async () => {
  expect(
    await compared(
      'DELETE FROM t WHERE id = 1',
      'INSERT INTO bag SELECT * FROM bag',
      'UPDATE open SET v = 2 WHERE rowid = 2',
    ),
  ).toEqual(['3 of 4 rows are left in t', '16 of 8 rows are left in bag', 'the rows of open hold other values'])
})

test('a large dev is copied with larger pages and the same rowids, where nothing speaks against it', async () => {
  const folder = tempFolder()
  const [from, to] = [join(folder, 'dev.db'), join(folder, 'copy.db')]
  await execute(from, [...create, 'CREATE VIEW w AS SELECT n FROM bag'].join(';'))
  const copied = async () => {
    await copyForTrial(driver, from, to, 1e9, 1000)
    const [row] = await query(to, 'SELECT page_size FROM pragma_page_size')
    return row?.page_size
  }
  expect(await copied()).toBe(65_536)
  const rowids = 'SELECT rowid, quote(v), quote(n) FROM bag'
  expect(await query(to, rowids)).toEqual(await query(from, rowids))
  await execute(from, 'CREATE VIRTUAL TABLE words USING fts5(word)')
  expect(await copied()).toBe(4096)
})
