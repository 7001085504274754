import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSqlite } from '../../../src/dialect/sqlite/sqlite-connection.ts'
import { codeOf } from '../../../src/dialect/sqlite/sqlite-error.ts'
import { startApplication } from '../../application.ts'
import { tempFolder } from '../../temp-folder.ts'
import { driver, sql } from './change-rig.ts'

test('a file that is no database is unreadable', async () => {
  const file = join(tempFolder(), 'dev.db')
  writeFileSync(file, 'not a database, whatever its name says; '.repeat(30))
  await expect(openSqlite(driver, file, 'read')).rejects.toMatchObject({ code: 'dev-unreadable', parts: { file } })
})

test('a truncated database is unreadable', async () => {
  const file = join(tempFolder(), 'dev.db')
  await sql(file, 'CREATE TABLE t (a)', 'INSERT INTO t SELECT hex(randomblob(20000))')
  writeFileSync(file, readFileSync(file).subarray(0, 5000))
  await expect(sql(file, 'SELECT * FROM t')).rejects.toMatchObject({ code: 'dev-unreadable' })
})

test('an absent file and a folder cannot be opened', async () => {
  const folder = tempFolder()
  await expect(openSqlite(driver, join(folder, 'absent.db'), 'read')).rejects.toMatchObject({ code: 'dev-unreadable' })
  await expect(openSqlite(driver, folder, 'read')).rejects.toMatchObject({ code: 'dev-unreadable' })
})

test('a lock is busy', async () => {
  const file = join(tempFolder(), 'dev.db')
  await sql(file, 'CREATE TABLE t (a)')
  const application = startApplication(file)
  await application.all('BEGIN EXCLUSIVE')
  await expect(openSqlite(driver, file, 'read', 10)).rejects.toMatchObject({ code: 'dev-busy' })
})

test.runIf(process.getuid?.() !== 0)('a file without the right to write is read-only', async () => {
  const file = join(tempFolder(), 'dev.db')
  await sql(file, 'CREATE TABLE t (a)')
  chmodSync(file, 0o444)
  await expect(sql(file, 'INSERT INTO t VALUES (1)')).rejects.toMatchObject({ code: 'dev-readonly' })
})

test.each([
  ['a JSON text that is none', "SELECT json_extract('{', '$')", /malformed JSON/],
  ['a constraint whose name sounds like it', `INSERT INTO c VALUES (0)`, /not a database/],
  ['a table of that name', 'SELECT * FROM "SQLITE_BUSY"', /no such table/],
])("%s is the statement's own fault, not the file's", async (_, statement, message) => {
  const file = join(tempFolder(), 'dev.db')
  const error = await sql(file, 'CREATE TABLE c (x, CONSTRAINT "not a database" CHECK (x > 0))', statement).catch(
    (caught) => caught,
  )
  expect(error).not.toHaveProperty('parts')
  expect(error.message).toMatch(message)
  expect(error.sql).toBe(statement)
  expect(codeOf(error)).toMatch(/^SQLITE_(ERROR|CONSTRAINT)/)
})
