import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareContents } from '../../../src/dialect/sqlite/compare-contents.ts'
import { startApplication } from '../../application.ts'
import { tempFolder } from '../../temp-folder.ts'
import { driver, sql } from './change-rig.ts'

/** What differs when the second statements are run on a copy of what the first ones made. */
async function compared(before: readonly string[], writes: readonly string[]) {
  const root = tempFolder()
  const [old, now] = [join(root, 'it was.db'), join(root, 'now.db')]
  await sql(old, ...before)
  await sql(now, ...before, ...writes)
  return compareContents(driver, old, now, 1000)
}

const rows = (table: string, added: number, changed: number, removed: number) => ({ table, added, changed, removed })

const tables: Readonly<Record<string, string>> = {
  'an INTEGER PRIMARY KEY': 'CREATE TABLE t (k INTEGER PRIMARY KEY, v)',
  'a text key': 'CREATE TABLE t (k TEXT PRIMARY KEY, v)',
  'no key': 'CREATE TABLE t (k, v)',
  'WITHOUT ROWID': 'CREATE TABLE t (k PRIMARY KEY, v) WITHOUT ROWID',
  'a composite key': 'CREATE TABLE t (v, k, l DEFAULT 1, PRIMARY KEY (l, k))',
  'a generated column': 'CREATE TABLE t (k INTEGER PRIMARY KEY, v, g AS (v || k) STORED)',
  AUTOINCREMENT: 'CREATE TABLE t (k INTEGER PRIMARY KEY AUTOINCREMENT, v)',
}

test.each(Object.entries(tables))('rows of a table with %s', async (_, create) => {
  const before = [create, "INSERT INTO t (k, v) VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, NULL)"]
  expect(await compared(before, [])).toEqual({ tables: [], isSchemaSame: true })
  expect(
    await compared(before, [
      "INSERT INTO t (k, v) VALUES (5, 'e'), (6, NULL)",
      "UPDATE t SET v = 'B' WHERE k = 2",
      'UPDATE t SET v = 0 WHERE k = 4',
      'DELETE FROM t WHERE k = 3',
      "UPDATE t SET v = 'a'  WHERE k = 1",
    ]),
  ).toEqual({ tables: [rows('t', 2, 2, 1)], isSchemaSame: true })
})

test('neither a collation nor NULL in a key hides a change', async () => {
  const before = [
    'CREATE TABLE t (k TEXT PRIMARY KEY COLLATE NOCASE, v COLLATE RTRIM)',
    "INSERT INTO t VALUES ('a', 'x'), (NULL, 1), (NULL, 2), ('b', 'y')",
  ]
  const writes = ["UPDATE t SET k = 'A' WHERE k = 'a'", "UPDATE t SET v = 'y ' WHERE k = 'b'"]
  expect(await compared(before, writes)).toEqual({ tables: [rows('t', 0, 2, 0)], isSchemaSame: true })
})

test('tables that came and went, another schema, names with quotes; what belongs to SQLite is left out', async () => {
  const before = [
    `CREATE TABLE "it's ""one""" ("a b" PRIMARY KEY)`,
    `INSERT INTO "it's ""one""" VALUES (1)`,
    'CREATE TABLE gone (x)',
    'INSERT INTO gone VALUES (1), (2)',
    'CREATE TABLE wider (x)',
    'INSERT INTO wider VALUES (1), (2)',
    'CREATE VIRTUAL TABLE words USING fts5(word)',
  ]
  const writes = [
    `INSERT INTO "it's ""one""" VALUES (2)`,
    'DROP TABLE gone',
    'CREATE TABLE come (x)',
    'INSERT INTO come VALUES (7)',
    'ALTER TABLE wider ADD COLUMN y DEFAULT 5',
    'UPDATE wider SET x = 9 WHERE x = 2',
    "INSERT INTO words VALUES ('a')",
  ]
  expect(await compared(before, writes)).toEqual({
    tables: [rows('come', 1, 0, 0), rows('gone', 0, 0, 2), rows(`it's "one"`, 1, 0, 0), rows('wider', 0, 1, 0)],
    isSchemaSame: false,
  })
  expect(await compared(['CREATE TABLE t (x)', 'INSERT INTO t VALUES (1)'], ['ANALYZE'])).toEqual({
    tables: [],
    isSchemaSame: true,
  })
})

test('an application may have it open under WAL; what only the application knows makes it fail, and nothing else', async () => {
  const root = tempFolder()
  const [old, now] = [join(root, 'old.db'), join(root, 'now.db')]
  for (const file of [old, now]) await sql(file, 'CREATE TABLE t (a)')
  await sql(now, 'PRAGMA journal_mode = WAL')
  const application = startApplication(now)
  await application.all('BEGIN IMMEDIATE')
  await application.all('INSERT INTO t VALUES (1)')
  expect(await compareContents(driver, old, now, 100)).toEqual({ tables: [], isSchemaSame: true })
  await application.all('COMMIT')
  expect((await compareContents(driver, old, now, 100)).tables).toEqual([rows('t', 1, 0, 0)])
  await expect(compareContents(driver, join(root, 'nowhere.db'), now, 100)).rejects.toThrow()
})
