/** A snapshot that enters dev: whatever its page size and mode, under readers and writers, and where there is no dev. */
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { fileTarget } from '../../../src/dialect/sqlite/sqlite-target.ts'
import { startApplication } from '../../application.ts'
import { tempFolder } from '../../temp-folder.ts'
import { dump, sql, type Trial, threeRows, trial, trialOn } from './change-rig.ts'

/** Restores a file. */
const restore = ({ dev, change }: Trial, from: string, more: Parameters<Trial['change']>[1] = {}) =>
  change([], { startFrom: fileTarget(from, join(dev, '..')), ...more })

/** A snapshot beside it, of one row of text in a table `old`. */
async function snapshotOf({ dev }: Trial, ...pragmas: readonly string[]): Promise<string> {
  const file = join(dev, '..', 'old.db')
  await sql(file, ...pragmas, 'CREATE TABLE old (x PRIMARY KEY)', "INSERT INTO old VALUES ('was')")
  return file
}

describe.each(['delete', 'wal'])('into dev in journal mode %s', (mode) => {
  test.each([
    ['page_size = 1024', 'delete'],
    ['page_size = 65536', 'delete'],
    ['page_size = 4096', 'wal'],
    ['page_size = 512', 'wal'],
    ['auto_vacuum = FULL', 'delete'],
  ])('a snapshot with %s in mode %s', async (pragma, itsMode) => {
    const it = await trial(mode)
    const from = await snapshotOf(it, `PRAGMA ${pragma}`, `PRAGMA journal_mode = ${itsMode}`)
    const application = startApplication(it.dev)
    expect(await application.all('SELECT count(*) AS n FROM t')).toEqual([{ n: 3 }])
    const before = await dump(it.dev)
    const [was, bytes] = [await dump(from), readFileSync(from)]
    expect(await restore(it, from)).toMatchObject({ changed: true, kept: true })
    // The application has had it open all the time.
    expect(await application.all('SELECT x FROM old')).toEqual([{ x: 'was' }])
    await application.all("INSERT INTO old VALUES ('more')")
    await application.all("DELETE FROM old WHERE x = 'more'")
    expect(await dump(it.dev)).toBe(was)
    expect(await dump(it.snapshot)).toBe(before)
    expect(readFileSync(from).equals(bytes)).toBe(true)
    expect(await sql(it.dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect((await sql(it.dev, 'PRAGMA journal_mode'))[0]?.journal_mode).toBe(mode)
  })

  test('what is committed up to the last moment is in the snapshot, and the restore is not made again', async () => {
    const it = await trial(mode)
    const from = await snapshotOf(it)
    const application = startApplication(it.dev)
    const sizes: number[] = []
    const before = await dump(it.dev)
    await restore(it, from, {
      async onEnter() {
        await application.all('CREATE TABLE late AS SELECT 1 AS x')
        await application.all('INSERT INTO t VALUES (4)')
      },
      noteSnapshot: async (bytes) => void sizes.push(bytes),
    })
    expect(sizes).toHaveLength(2)
    const [first, second] = it.snapshots
    expect(readFileSync(second!)).toHaveLength(sizes[1]!)
    expect(it.told).toEqual(['work', 'kept', 'kept'])
    expect(await sql(second!, 'SELECT count(*) AS n FROM t')).toEqual([{ n: 4 }])
    expect(await sql(second!, 'SELECT x FROM late')).toEqual([{ x: 1 }])
    expect(await sql(second!, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(await dump(first!)).toBe(before)
    expect(await application.all('SELECT x FROM old')).toEqual([{ x: 'was' }])
  })

  test('an application that never stops writing: each row is in dev or in the snapshot of the restore that replaced it', async () => {
    const it = await trial(mode, ['CREATE TABLE w (id INTEGER PRIMARY KEY)', 'CREATE TABLE big (x)'])
    await sql(it.dev, 'INSERT INTO big SELECT hex(randomblob(500000))')
    const from = join(it.dev, '..', 'from.db')
    await sql(from, 'CREATE TABLE w (id INTEGER PRIMARY KEY)', 'CREATE TABLE big (x)')
    const application = startApplication(it.dev)
    let isOver = false
    let written = 0
    const writing = (async () => {
      while (!isOver) await application.all(`INSERT INTO w VALUES (${++written})`)
    })()
    const kept = new Set<unknown>()
    for (let round = 0; round < 6; round++) {
      // The writer may be slow to begin; each round replaces something that it wrote.
      const before = written
      while (written === before) await sleep(1)
      expect(await restore(it, from, { waitMs: 10_000 })).toMatchObject({ changed: true })
      for (const file of it.snapshots) for (const { id } of await sql(file, 'SELECT id FROM w')) kept.add(id)
    }
    isOver = true
    await writing
    for (const { id } of await sql(it.dev, 'SELECT id FROM w')) kept.add(id)
    expect(kept.size).toBe(written)
    expect(written).toBeGreaterThan(6)
  })

  test('a writer that never lets go makes it dev-busy, and dev stays as it was', async () => {
    const it = await trial(mode)
    const from = await snapshotOf(it)
    const before = await dump(it.dev)
    const application = startApplication(it.dev)
    await application.all('BEGIN IMMEDIATE')
    await expect(restore(it, from, { waitMs: 200 })).rejects.toMatchObject({ code: 'dev-busy' })
    await application.all('ROLLBACK')
    expect(await dump(it.dev)).toBe(before)
    expect(existsSync(it.snapshot)).toBe(false)
  })

  test('what entered is kept, closed and complete', async () => {
    const it = await trial(mode)
    const entered = join(it.dev, '..', 'entered.db')
    writeFileSync(entered, 'something older')
    await it.change(['INSERT INTO t VALUES (4)'], { entered: fileTarget(entered, it.folder) })
    expect(await dump(entered)).toBe(await dump(it.dev))
    await expect(it.change(['nonsense'], { entered: fileTarget(entered, it.folder) })).rejects.toThrow()
  })
})

describe('where there is no dev database', () => {
  test.each(['delete', 'wal'])('it is made of the snapshot, in its mode %s', async (mode) => {
    const root = tempFolder()
    const it = trialOn(root, join(root, 'dev.db'))
    const from = await snapshotOf(it, `PRAGMA journal_mode = ${mode}`)
    const entered = join(root, 'entered.db')
    expect(await restore(it, from, { entered: fileTarget(entered, root) })).toMatchObject({
      changed: true,
      kept: false,
    })
    expect(await dump(it.dev)).toBe(await dump(from))
    expect((await sql(it.dev, 'PRAGMA journal_mode'))[0]?.journal_mode).toBe(mode)
    // No second name of the same file.
    await sql(it.dev, 'DELETE FROM old')
    expect(await sql(entered, 'SELECT x FROM old')).toEqual([{ x: 'was' }])
  })

  test('one that somebody makes meanwhile is in the snapshot', async () => {
    const root = tempFolder()
    const it = trialOn(root, join(root, 'dev.db'))
    const from = await snapshotOf(it)
    let count = 0
    await restore(it, from, {
      async onEnter() {
        if (count++ === 0) await sql(it.dev, ...threeRows)
      },
    })
    expect(await sql(it.snapshots[0]!, 'SELECT count(*) AS n FROM t')).toEqual([{ n: 3 }])
    expect(await sql(it.dev, 'SELECT x FROM old')).toEqual([{ x: 'was' }])
  })
})

test('a file that is replaced in the last moment is not lost either', async () => {
  const it = await trial('delete')
  const from = await snapshotOf(it)
  const other = join(it.dev, '..', 'other.db')
  await sql(other, 'CREATE TABLE theirs (x)')
  let count = 0
  await restore(it, from, {
    async onEnter() {
      if (count++ > 0) return
      copyFileSync(other, `${it.dev}.new`)
      renameSync(`${it.dev}.new`, it.dev)
    },
  })
  expect(await sql(it.snapshots[1]!, 'SELECT name FROM sqlite_master')).toEqual([{ name: 'theirs' }])
  expect(await sql(it.dev, 'SELECT x FROM old')).toEqual([{ x: 'was' }])
})
