import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Observer } from '../../../src/dialect/dialect.ts'
import { observeSqlite } from '../../../src/dialect/sqlite/observe-sqlite.ts'
import { startApplication } from '../../application.ts'
import { tempFolder } from '../../temp-folder.ts'
import { driver, sql } from './change-rig.ts'

async function observe(file: string): Promise<Observer> {
  const observer = await observeSqlite(driver, file)
  onTestFinished(() => observer.close())
  return observer
}

async function database(mode = 'delete'): Promise<string> {
  const file = join(tempFolder(), 'dev.db')
  await sql(file, `PRAGMA journal_mode = ${mode}`, 'CREATE TABLE t (a)', 'INSERT INTO t VALUES (1)')
  return file
}

describe.each(['delete', 'wal', 'truncate', 'persist'])('in journal mode %s', (mode) => {
  test('each commit of another process is noticed once', async () => {
    const file = await database(mode)
    const application = startApplication(file)
    const observer = await observe(file)
    expect(await observer.hasChanged()).toBe(false)
    for (let round = 0; round < 3; round++) {
      await application.all('INSERT INTO t VALUES (2)')
      expect(await observer.hasChanged()).toBe(true)
      expect(await observer.hasChanged()).toBe(false)
    }
  })

  test('a commit of an application that has gone since is noticed', async () => {
    const file = await database(mode)
    const observer = await observe(file)
    const application = startApplication(file)
    await application.all('UPDATE t SET a = 5')
    await application.close()
    expect(await observer.hasChanged()).toBe(true)
    expect(await observer.hasChanged()).toBe(false)
  })

  test('readers, applications that come and go, and what is rolled back are no change', async () => {
    const file = await database(mode)
    const observer = await observe(file)
    for (let round = 0; round < 2; round++) {
      const application = startApplication(file)
      for (const statement of ['SELECT * FROM t', 'BEGIN IMMEDIATE', 'DELETE FROM t', 'ROLLBACK', 'PRAGMA quick_check'])
        await application.all(statement)
      expect(await observer.hasChanged()).toBe(false)
      await application.close()
      expect(await observer.hasChanged()).toBe(false)
    }
  })

  test('a transaction that is still open is no change until it is committed', async () => {
    const file = await database(mode)
    const observer = await observe(file)
    const application = startApplication(file)
    for (const statement of ['BEGIN IMMEDIATE', 'INSERT INTO t VALUES (3)']) await application.all(statement)
    expect(await observer.hasChanged()).toBe(false)
    await application.all('COMMIT')
    expect(await observer.hasChanged()).toBe(true)
  })

  test('a file that comes, is replaced and goes is a change each time', async () => {
    const file = join(tempFolder(), 'dev.db')
    const observer = await observe(file)
    expect(await observer.hasChanged()).toBe(false)
    await sql(file, `PRAGMA journal_mode = ${mode}`, 'CREATE TABLE t (a)')
    expect(await observer.hasChanged()).toBe(true)
    await sql(file, 'INSERT INTO t VALUES (1)')
    expect(await observer.hasChanged()).toBe(true)
    const other = await database(mode)
    for (const suffix of ['-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true })
    renameSync(other, file)
    expect(await observer.hasChanged()).toBe(true)
    await sql(file, 'INSERT INTO t VALUES (9)')
    expect(await observer.hasChanged()).toBe(true)
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true })
    expect(await observer.hasChanged()).toBe(true)
    expect(await observer.hasChanged()).toBe(false)
  })
})

test('an application that switches to WAL mode afterwards is noticed each time it writes', async () => {
  const file = await database()
  const observer = await observe(file)
  const application = startApplication(file)
  await application.all('PRAGMA journal_mode = WAL')
  await application.all('INSERT INTO t VALUES (2)')
  expect(await observer.hasChanged()).toBe(true)
  await application.all('INSERT INTO t VALUES (3)')
  expect(await observer.hasChanged()).toBe(true)
  expect(await observer.hasChanged()).toBe(false)
})

test('while another connection has it locked, it can be looked at all the same', async () => {
  const file = await database()
  const observer = await observe(file)
  const application = startApplication(file)
  for (const statement of ['BEGIN EXCLUSIVE', 'INSERT INTO t VALUES (2)']) await application.all(statement)
  expect(await observer.hasChanged()).toBe(false)
  await application.all('COMMIT')
  expect(await observer.hasChanged()).toBe(true)
})

test('a file that is no database is watched through its header', async () => {
  const file = join(tempFolder(), 'dev.db')
  writeFileSync(
    file,
    'no database at all, but long enough to have a header of a hundred bytes, which takes a little more text',
  )
  const observer = await observe(file)
  expect(await observer.hasChanged()).toBe(false)
  rmSync(file)
  expect(await observer.hasChanged()).toBe(true)
})

test('a file of no bytes that gets its first table is a change', async () => {
  const file = join(tempFolder(), 'dev.db')
  writeFileSync(file, '')
  const observer = await observe(file)
  await sql(file, 'CREATE TABLE t (a)')
  expect(await observer.hasChanged()).toBe(true)
})

test('a database is observed through a symbolic link', async () => {
  const file = await database('wal')
  const link = join(tempFolder(), 'dev.db')
  symlinkSync(file, link)
  const observer = await observe(link)
  await sql(file, 'INSERT INTO t VALUES (2)')
  expect(await observer.hasChanged()).toBe(true)
})
