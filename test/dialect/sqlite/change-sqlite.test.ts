import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { observeSqlite, openStamper } from '../../../src/dialect/sqlite/observe-sqlite.ts'
import { openSqlite } from '../../../src/dialect/sqlite/sqlite-connection.ts'
import { startApplication } from '../../application.ts'
import { tempFolder } from '../../temp-folder.ts'
import { driver, dump, sql, threeRows, trial, trialOn } from './change-rig.ts'

const addColumn = ['ALTER TABLE t ADD COLUMN b DEFAULT 7', 'INSERT INTO t VALUES (4, 8)'] as const

describe.each(['delete', 'wal', 'truncate'])('in journal mode %s', (mode) => {
  test('the change enters whole, and the snapshot is what was there right before', async () => {
    const { dev, snapshot, folder, told, change } = await trial(mode)
    const before = await dump(dev)
    expect(await change(addColumn)).toEqual({ outcome: 'worked', changed: true, kept: true })
    expect(await sql(dev, 'SELECT * FROM t')).toEqual([1, 2, 3, 4].map((a) => ({ a, b: a < 4 ? 7 : 8 })))
    expect(await dump(snapshot)).toBe(before)
    expect(told).toEqual(['noted', 'work', 'kept'])
    expect(existsSync(folder)).toBe(false)
    // Only WAL mode is a property of the file; the others are a setting of each connection.
    const [row] = await sql(dev, 'PRAGMA journal_mode')
    expect(row).toEqual({ journal_mode: mode === 'wal' ? 'wal' : 'delete' })
  })

  test('work that fails leaves the file byte for byte, and no snapshot', async () => {
    const { dev, snapshot, folder, told, change } = await trial(mode)
    const before = readFileSync(dev)
    await expect(change([...addColumn, 'INSERT INTO nowhere VALUES (1)'])).rejects.toThrow(/nowhere/)
    expect(readFileSync(dev).equals(before)).toBe(true)
    expect([existsSync(snapshot), existsSync(folder)]).toEqual([false, false])
    expect(told).toEqual(['noted', 'work', 'dropped'])
  })

  test('work that comes to nothing changes nothing', async () => {
    const { dev, snapshot, change } = await trial(mode)
    const before = readFileSync(dev)
    const result = await change(addColumn, { work: async () => ({ outcome: 'none', enter: null }) })
    expect(result).toEqual({ outcome: 'none', changed: false, kept: false })
    expect(readFileSync(dev).equals(before)).toBe(true)
    expect(existsSync(snapshot)).toBe(false)
  })

  test('an application that writes during the work loses no row: the change is made again on a fresh copy', async () => {
    const { dev, snapshot, snapshots, told, change } = await trial(mode)
    const application = startApplication(dev)
    await application.all('SELECT * FROM t')
    let attempt = 0
    const writes: Promise<unknown>[] = []
    await change(
      async (copy) => {
        await sql(copy, 'ALTER TABLE t ADD COLUMN b DEFAULT 7')
        attempt += 1
        const writing = application.all(`INSERT INTO t (a) VALUES (${10 * attempt})`)
        if (attempt === 1) await writing
        // The second attempt holds the lock, so that this one waits until the change is in.
        else writes.push(writing)
      },
      { runsCode: true },
    )
    await Promise.all(writes)
    expect(told).toEqual(['noted', 'work', 'left', 'retry 1', 'noted', 'work', 'kept'])
    expect(await application.all('SELECT * FROM t')).toEqual([1, 2, 3, 10, 20].map((a) => ({ a, b: 7 })))
    // The first snapshot stays: nobody knows who wrote.
    expect(await sql(snapshot, 'SELECT * FROM t')).toEqual([1, 2, 3].map((a) => ({ a })))
    expect(await sql(snapshots[1]!, 'SELECT * FROM t')).toEqual([1, 2, 3, 10].map((a) => ({ a })))
    expect(await application.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  })

  test('code of the project that changes dev itself is not run a second time, and its snapshot stays', async () => {
    const { dev, snapshot, told, change } = await trial(mode)
    const attempt = change(async () => void (await sql(dev, 'DELETE FROM t WHERE a = 2')), { runsCode: true })
    await expect(attempt).rejects.toMatchObject({ code: 'dev-touched', message: expect.not.stringMatching(/nothing/) })
    expect(told).toEqual(['noted', 'work', 'left'])
    expect(await sql(dev, 'SELECT a FROM t')).toEqual([{ a: 1 }, { a: 3 }])
    expect(await sql(snapshot, 'SELECT a FROM t')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
    // Nor where it failed afterwards.
    const failing = change(
      async () => {
        await sql(dev, 'DELETE FROM t WHERE a = 1')
        throw new Error('on purpose')
      },
      { runsCode: true },
    )
    await expect(failing).rejects.toThrow('on purpose')
    expect(told.slice(3)).toEqual(['noted', 'work', 'left'])
  })

  test('code of the project that writes to dev beside an application cannot do it twice', async () => {
    const { dev, told, change } = await trial(mode)
    const application = startApplication(dev)
    await application.all('SELECT * FROM t')
    const attempts = change(async () => void (await sql(dev, 'DELETE FROM t WHERE a = (SELECT min(a) FROM t)')), {
      runsCode: true,
    })
    await expect(attempts).rejects.toMatchObject({ code: 'dev-busy' })
    expect(told).toEqual(['noted', 'work', 'left', 'retry 1', 'noted', 'work', 'dropped'])
    expect(await application.all('SELECT a FROM t')).toEqual([{ a: 2 }, { a: 3 }])
  })

  test('a write that was rolled back is no write', async () => {
    const { dev, told, change } = await trial(mode)
    const application = startApplication(dev)
    await change(async (copy) => {
      await sql(copy, ...addColumn)
      for (const statement of ['BEGIN IMMEDIATE', 'DELETE FROM t', 'ROLLBACK']) await application.all(statement)
    })
    expect(told).toEqual(['noted', 'work', 'kept'])
  })

  test('a connection that is open sees the new schema at its next read', async () => {
    const { dev, change } = await trial(mode)
    const application = startApplication(dev)
    expect(await application.all('SELECT * FROM t WHERE a = 1')).toEqual([{ a: 1 }])
    await change(['CREATE TABLE u (c)', 'INSERT INTO u SELECT a * 2 FROM t', 'DROP TABLE t'])
    expect(await application.all('SELECT c FROM u ORDER BY c')).toEqual([{ c: 2 }, { c: 4 }, { c: 6 }])
    await expect(application.all('SELECT * FROM t')).rejects.toThrow(/no such table/)
    await application.all('INSERT INTO u VALUES (9)')
    expect(await sql(dev, 'SELECT count(*) AS n FROM u')).toEqual([{ n: 4 }])
  })

  test('a writer that holds the lock is waited for', async () => {
    const { dev, change } = await trial(mode)
    const application = startApplication(dev)
    await application.all('BEGIN EXCLUSIVE')
    await application.all('INSERT INTO t VALUES (9)')
    const changing = change(['ALTER TABLE t ADD COLUMN b'], { waitMs: 8000 })
    // Longer than the driver itself waits.
    const commit = new Promise((resolve) => setTimeout(() => resolve(application.all('COMMIT')), 1500))
    await Promise.all([changing, commit])
    expect(await sql(dev, 'SELECT * FROM t')).toEqual([1, 2, 3, 9].map((a) => ({ a, b: null })))
  })

  test('one that never lets go makes it dev-busy, and nothing is lost', async () => {
    const { dev, snapshot, change } = await trial(mode)
    const application = startApplication(dev)
    await application.all('BEGIN EXCLUSIVE')
    await application.all('INSERT INTO t VALUES (9)')
    await expect(change(addColumn, { waitMs: 100 })).rejects.toMatchObject({ code: 'dev-busy' })
    await application.all('COMMIT')
    expect(await application.all('SELECT * FROM t')).toEqual([1, 2, 3, 9].map((a) => ({ a })))
    expect(existsSync(snapshot)).toBe(false)
  })

  test('an application that was killed in the middle of a transaction is rolled back first', async () => {
    const { dev, change } = await trial(mode)
    const application = startApplication(dev)
    for (const statement of [
      'PRAGMA cache_size = 1',
      'BEGIN IMMEDIATE',
      'CREATE TABLE half AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000) SELECT i, hex(randomblob(200)) FROM n',
    ])
      await application.all(statement)
    await application.kill()
    await change(addColumn)
    expect(await sql(dev, 'SELECT name FROM sqlite_master')).toEqual([{ name: 't' }])
    expect(await sql(dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(await sql(dev, 'SELECT count(*) AS n FROM t')).toEqual([{ n: 4 }])
  })

  test('a change from empty leaves nothing of before', async () => {
    const { dev, snapshot, change } = await trial(mode)
    const before = await dump(dev)
    await change(['CREATE TABLE fresh (x)'], { fromEmpty: true })
    expect(await sql(dev, 'SELECT name FROM sqlite_master')).toEqual([{ name: 'fresh' }])
    expect(await dump(snapshot)).toBe(before)
  })
})

test('the lock is held from the moment it is looked whether anybody wrote until the change is in', async () => {
  // Closing any descriptor of a file drops all POSIX locks of the process on it. https://www.sqlite.org/howtocorrupt.html
  const { dev } = await trial('delete')
  const application = startApplication(dev, 0)
  const stamper = await openStamper(driver, dev)
  const writer = await openSqlite(driver, dev, 'write')
  await writer.run('BEGIN EXCLUSIVE')
  await stamper.stamp()
  const observer = await observeSqlite(driver, dev)
  await observer.hasChanged()
  await expect(application.all('INSERT INTO t VALUES (4)')).rejects.toThrow(/locked/)
  await writer.run('COMMIT')
  for (const open of [observer, stamper, writer]) await open.close()
})

test('a reader in the middle of a read is waited for, then it is dev-busy', async () => {
  const { dev, told, change } = await trial('delete')
  const application = startApplication(dev)
  await application.all('BEGIN')
  await application.all('SELECT * FROM t')
  const startedAt = Date.now()
  await expect(change(addColumn, { waitMs: 1300 })).rejects.toMatchObject({ code: 'dev-busy' })
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1300)
  expect(told).toEqual(['noted', 'work', 'kept', 'dropped'])
  const changing = change(addColumn, {
    waitMs: 20_000,
    ...workThen(() => application.all('COMMIT')),
  })
  expect((await changing).changed).toBe(true)
  expect(await application.all('SELECT count(*) AS n FROM t')).toEqual([{ n: 4 }])
})

test("a reader under WAL is in nobody's way, and keeps seeing what it saw", async () => {
  const { dev, change } = await trial('wal')
  const application = startApplication(dev)
  await application.all('BEGIN')
  await application.all('SELECT * FROM t')
  expect((await change(addColumn, { waitMs: 0 })).changed).toBe(true)
  expect(await application.all('SELECT * FROM t')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
  await application.all('COMMIT')
  expect(await application.all('SELECT count(b) AS n FROM t')).toEqual([{ n: 4 }])
})

test('what is still in the -wal file comes along', async () => {
  const { dev, snapshot, change } = await trial('wal')
  const application = startApplication(dev)
  await application.all('PRAGMA wal_autocheckpoint = 0')
  await application.all('INSERT INTO t VALUES (4)')
  await change(['ALTER TABLE t ADD COLUMN b'])
  expect(await sql(dev, 'SELECT count(*) AS n FROM t')).toEqual([{ n: 4 }])
  expect(await sql(snapshot, 'SELECT count(*) AS n FROM t')).toEqual([{ n: 4 }])
})

describe('where there is no dev database', () => {
  test('it is made', async () => {
    const root = tempFolder()
    const { dev, snapshot, told, change } = trialOn(root, join(root, 'deep', 'er', 'dev.db'))
    expect(await change(threeRows)).toEqual({ outcome: 'worked', changed: true, kept: false })
    expect(await sql(dev, 'SELECT count(*) AS n FROM t')).toEqual([{ n: 3 }])
    expect(readdirSync(join(root, 'deep', 'er'))).toEqual(['dev.db'])
    expect([existsSync(snapshot), told]).toEqual([false, ['work']])
  })

  test('one that somebody makes meanwhile is not replaced but changed', async () => {
    const root = tempFolder()
    const { dev, snapshot, told, change } = trialOn(root, join(root, 'dev.db'))
    await change(async (copy) => {
      if (!existsSync(dev)) await sql(dev, 'CREATE TABLE theirs (x)', 'INSERT INTO theirs VALUES (5)')
      await sql(copy, 'CREATE TABLE ours (y)')
    })
    expect(told).toEqual(['work', 'retry 1', 'noted', 'work', 'kept'])
    expect(await sql(dev, 'SELECT name FROM sqlite_master ORDER BY name')).toEqual([
      { name: 'ours' },
      { name: 'theirs' },
    ])
    expect(await sql(snapshot, 'SELECT x FROM theirs')).toEqual([{ x: 5 }])
  })

  test('a migration that leaves the copy in WAL mode, with rows only in its -wal file, loses none of them', async () => {
    const root = tempFolder()
    const { dev, change } = trialOn(root, join(root, 'dev.db'))
    await change(async (copy) => {
      const application = startApplication(copy)
      for (const statement of ['PRAGMA journal_mode = WAL', ...threeRows]) await application.all(statement)
      await application.kill()
      expect(existsSync(`${copy}-wal`)).toBe(true)
    })
    expect(await sql(dev, 'SELECT count(*) AS n FROM t')).toEqual([{ n: 3 }])
  })

  test('a symbolic link that points to no file yet is followed', async () => {
    const root = tempFolder()
    symlinkSync(join(root, 'elsewhere.db'), join(root, 'dev.db'))
    const { change } = trialOn(root, join(root, 'dev.db'))
    await change(threeRows)
    expect(await sql(join(root, 'elsewhere.db'), 'SELECT count(*) AS n FROM t')).toEqual([{ n: 3 }])
  })
})

test('a file of no bytes is an empty database', async () => {
  const root = tempFolder()
  const { dev, snapshot, told, change } = trialOn(root, join(root, 'dev.db'))
  writeFileSync(dev, '')
  expect(await change(threeRows)).toEqual({ outcome: 'worked', changed: true, kept: true })
  expect(await sql(dev, 'SELECT count(*) AS n FROM t')).toEqual([{ n: 3 }])
  expect(await sql(snapshot, 'SELECT name FROM sqlite_master')).toEqual([])
  expect(told).toEqual(['noted', 'work', 'kept'])
})

test('a database of one page is changed like any other', async () => {
  const { dev, told, change } = await trial('delete', ['PRAGMA user_version = 3'])
  expect(readFileSync(dev)).toHaveLength(4096)
  await change(['PRAGMA user_version = 4'])
  expect(await sql(dev, 'PRAGMA user_version')).toEqual([{ user_version: 4 }])
  expect(told).toEqual(['noted', 'work', 'kept'])
})

test('a dev database behind a symbolic link stays behind it', async () => {
  const root = tempFolder()
  const real = join(root, 'real.db')
  await sql(real, 'PRAGMA journal_mode = WAL', ...threeRows)
  symlinkSync(real, join(root, 'dev.db'))
  const { change } = trialOn(root, join(root, 'dev.db'))
  const application = startApplication(real)
  let attempt = 0
  await change(async (copy) => {
    await sql(copy, 'ALTER TABLE t ADD COLUMN b')
    if (++attempt === 1) await application.all('INSERT INTO t VALUES (4)')
  })
  expect(attempt).toBe(2)
  expect(await application.all('SELECT count(*) AS n, count(b) AS b FROM t')).toEqual([{ n: 4, b: 0 }])
})

test('a file that is replaced during the work is noticed', async () => {
  const { dev, told, change } = await trial('delete')
  let attempt = 0
  await change(async (copy) => {
    await sql(copy, 'CREATE TABLE ours (y)')
    if (++attempt > 1) return
    rmSync(dev)
    await sql(dev, 'CREATE TABLE theirs (x)')
  })
  expect(told.filter((word) => word === 'work')).toHaveLength(2)
  expect(await sql(dev, 'SELECT name FROM sqlite_master ORDER BY name')).toEqual([{ name: 'ours' }, { name: 'theirs' }])
})

/** Work that, once it is done, lets somebody go a moment later. */
function workThen(release: () => Promise<unknown>) {
  return {
    async work(copy: { readonly storage: string | null }) {
      await sql(copy.storage!, ...addColumn)
      setTimeout(() => void release(), 1200)
      return { outcome: 'worked', enter: copy as never }
    },
  }
}
