/** What must not cost anybody a row: a reset with nothing to recreate from, damaged snapshots, files of a dead database, ids that are paths. */
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startApplication } from '../application.ts'
import { makeTemplate, open, stateOf } from '../crash/crash-rig.ts'
import { dump, sql } from '../dialect/sqlite/change-rig.ts'
import { sharedFolder, tempFolder } from '../temp-folder.ts'

const template = sharedFolder()
beforeAll(() => makeTemplate(template, 20))

/** A copy of the project: three of five migrations applied, a snapshot `kept`, and one of before the last upgrade. */
async function opened(mode = 'delete') {
  const root = tempFolder()
  cpSync(template, root, { recursive: true })
  const dev = join(root, 'dev.db')
  if (mode === 'wal') await sql(dev, 'PRAGMA journal_mode = wal')
  const { project, engine, told } = open(root)
  onTestFinished(() => engine.close())
  const [kept] = (await project.snapshots.list()).filter(({ name }) => name === 'kept')
  return { root, dev, project, engine, told, kept: kept!, keptFile: project.snapshots.target(kept!.id).storage! }
}

describe.each(['delete', 'wal'])('in journal mode %s', (mode) => {
  test('reset --dev with no migration to recreate dev from is a Problem, and changes nothing', async () => {
    const { root, dev, project, engine, told } = await opened(mode)
    const before = await stateOf(dev)
    const saved = await project.snapshots.list()
    for (const name of readdirSync(join(root, 'migrations'))) rmSync(join(root, 'migrations', name))
    const { problem } = await engine.resetDev()
    expect(problem).toMatchObject({ code: 'migration-none', message: expect.stringMatching(/3 applied migrations/) })
    await engine.prepareReset()
    expect(told.at(-1)).toMatchObject({ kind: 'reset-failed', problem: { code: 'migration-none' } })
    expect(await stateOf(dev)).toBe(before)
    expect(await project.snapshots.list()).toEqual(saved)
  })

  test('a snapshot that is not what was saved does not become dev, and says what is wrong with it', async () => {
    const { root, dev, project, engine, kept, keptFile } = await opened(mode)
    const [before, good] = [await stateOf(dev), readFileSync(keptFile)]
    const other = join(root, 'other.db')
    copyFileSync(dev, other)
    const flip = (place: number): void => {
      const bytes = Buffer.from(good)
      bytes[place]! ^= 1
      writeFileSync(keptFile, bytes)
    }
    const damages: readonly (readonly [string, () => void, RegExp])[] = [
      ['emptied', () => truncateSync(keptFile, 0), /0 bytes instead of \d+/],
      ['cut', () => truncateSync(keptFile, good.length - 4096), /bytes instead of/],
      ['extended', () => appendFileSync(keptFile, Buffer.alloc(4096)), /bytes instead of/],
      ['exchanged', () => writeFileSync(keptFile, Buffer.alloc(good.length, 'x')), /not what was saved/],
      ['one bit of a row', () => flip(good.length - 10), /not what was saved/],
      ['one bit of the header', () => flip(70), /not what was saved/],
      ['written to', () => writeFileSync(`${keptFile}-wal`, 'frames'), /another program wrote to it/],
    ]
    for (const [how, damage, reason] of damages) {
      damage()
      const { restored, saved, problem } = await engine.restore('kept')
      const message = expect.stringMatching(reason)
      expect([how, restored, saved, problem]).toMatchObject([how, null, null, { code: 'snapshot-broken', message }])
      expect(problem?.message).toContain(kept.id)
      expect(problem?.hint).toContain('devdb snapshot')
      rmSync(`${keptFile}-wal`, { force: true })
      writeFileSync(keptFile, good)
    }
    expect(await stateOf(dev)).toBe(before)
    // The same for an undo, and for a record of an earlier devdb, which has no checksum.
    const last = project.snapshots.lastChanges.last()!
    truncateSync(project.snapshots.target(last.snapshot!).storage!, 0)
    expect((await engine.undo()).problem).toMatchObject({ code: 'snapshot-broken' })
    const { seal: _, ...old } = kept
    writeFileSync(join(root, '.devdb/snapshots', `${kept.id}.json`), JSON.stringify(old))
    truncateSync(keptFile, 0)
    expect((await engine.restore('kept')).problem).toMatchObject({ code: 'snapshot-broken' })
    writeFileSync(keptFile, Buffer.concat([good.subarray(0, 4096), Buffer.alloc(good.length - 4096, 1)]))
    expect((await engine.restore('kept')).problem?.message).toMatch(/cannot be read to its last page/)
    expect(await stateOf(dev)).toBe(before)
    writeFileSync(keptFile, good)
    expect((await engine.restore('kept')).problem).toBeNull()
  })

  test('reset --dev makes a dev that is like the old one, but for its tables', async () => {
    const root = tempFolder()
    cpSync(template, root, { recursive: true })
    const dev = join(root, 'dev.db')
    rmSync(dev)
    const pragmas = ['page_size = 8192', 'auto_vacuum = 2', 'user_version = 7', 'application_id = 1234567']
    await sql(dev, "PRAGMA encoding = 'UTF-16be'", ...pragmas.map((pragma) => `PRAGMA ${pragma}`), 'CREATE TABLE a (b)')
    await sql(dev, `PRAGMA journal_mode = ${mode}`)
    chmodSync(dev, 0o640)
    const { engine } = open(root)
    onTestFinished(() => engine.close())
    expect((await engine.resetDev()).problem).toBeNull()
    const names = ['user_version', 'application_id', 'auto_vacuum', 'page_size', 'encoding', 'journal_mode']
    const read = async () => {
      const values: unknown[] = []
      for (const name of names) values.push(Object.values((await sql(dev, `PRAGMA ${name}`))[0]!)[0])
      return values
    }
    expect(await read()).toEqual([7, 1234567, 2, 8192, 'UTF-16be', mode])
    expect(await sql(dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(await sql(dev, "SELECT count(*) AS n FROM sqlite_master WHERE name IN ('users', 'posts')")).toEqual([
      { n: 2 },
    ])
    expect(statSync(dev).mode & 0o777).toBe(0o640)
  })
})

test('bytes that an extension reserves on each page stay reserved', async () => {
  const { dev, engine } = await opened()
  // https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntlreservebytes: there is no PRAGMA for it, so a header is made by hand.
  rmSync(dev)
  const page = Buffer.alloc(4096)
  page.write('SQLite format 3\0', 'latin1')
  page.writeUInt16BE(4096, 16)
  page.set([1, 1, 8, 64, 32, 32], 18)
  for (const place of [24, 28, 92]) page.writeUInt32BE(1, place)
  page[100] = 0x0d
  page.writeUInt16BE(4088, 105)
  writeFileSync(dev, page)
  await sql(dev, 'CREATE TABLE a (b)', 'INSERT INTO a VALUES (1)')
  expect((await engine.resetDev()).problem).toBeNull()
  expect(readFileSync(dev)[20]).toBe(8)
  expect(await sql(dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
})

describe('files of a dead database beside an absent dev', () => {
  /** Leaves a -wal or a hot -journal of another database, as an application that was killed does. */
  async function leave(root: string, mode: string): Promise<readonly string[]> {
    const [dead, dev] = [join(root, 'dead.db'), join(root, 'dev.db')]
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${dead}${suffix}`, { force: true })
    const application = startApplication(dead)
    const big = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000)'
    for (const statement of [
      `PRAGMA journal_mode = ${mode}`,
      `CREATE TABLE stray AS ${big} SELECT i, hex(randomblob(50)) AS x FROM n`,
      'PRAGMA cache_size = 1',
      'BEGIN IMMEDIATE',
      'UPDATE stray SET x = i',
      ...(mode === 'wal' ? ['COMMIT'] : []),
    ])
      await application.all(statement)
    await application.kill()
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${dev}${suffix}`, { force: true })
    const left = ['-wal', '-shm', '-journal'].filter((suffix) => existsSync(`${dead}${suffix}`))
    for (const suffix of left) copyFileSync(`${dead}${suffix}`, `${dev}${suffix}`)
    return left.map((suffix) => `dev.db${suffix}`)
  }

  test.each(['wal', 'delete'])('never mix with a new one: left in journal mode %s', async (mode) => {
    const { root, dev, project, engine, told, keptFile } = await opened()
    const wanted = await dump(keptFile)
    for (const verb of ['restore', 'upgrade'] as const) {
      const left = await leave(root, mode)
      expect(left.length).toBeGreaterThan(0)
      const { problem } = await (verb === 'restore' ? engine.restore('kept') : engine.upgrade('head'))
      expect(problem).toBeNull()
      if (verb === 'restore') expect(await dump(dev)).toBe(wanted)
      const tables = (await sql(dev, "SELECT name FROM sqlite_master WHERE type = 'table'")).map(({ name }) => name)
      expect(tables).not.toContain('stray')
      expect(tables).toContain('users')
      expect(await sql(dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
      const moved = told.findLast(({ kind }) => kind === 'leftovers-moved') as { files?: readonly string[] } | undefined
      expect(moved?.files?.map((file) => file.split('/').at(-1))).toEqual(left)
      for (const file of moved!.files!) expect(statSync(file).size).toBeGreaterThan(0)
    }
    expect(readdirSync(join(project.config.folder, 'leftovers'))).toHaveLength(2)
  })
})

test('an id in last-change.json that is a path removes nothing', async () => {
  const { root, dev, engine } = await opened()
  const before = readFileSync(dev)
  const begun = { id: '../../dev', at: 5, what: 'x', snapshot: null, label: 'dev.db' }
  for (const change of [begun, { ...begun, id: '20261120-120100-000', snapshot: '../../dev' }]) {
    writeFileSync(join(root, '.devdb/snapshots/last-change.json'), JSON.stringify({ begun: change, last: null }))
    expect((await engine.saveSnapshot(null)).problem).toBeNull()
    expect(readFileSync(dev).equals(before)).toBe(true)
  }
})

test('nobody else may read copies of a dev that is private, and a restore gives it back as it was', async () => {
  const { root, dev, engine } = await opened()
  rmSync(join(root, '.devdb'), { recursive: true })
  chmodSync(dev, 0o600)
  const again = open(root)
  onTestFinished(() => again.engine.close())
  expect((await again.engine.upgrade('head')).problem).toBeNull()
  const { snapshot } = await again.engine.saveSnapshot('private')
  const readable = (readdirSync(join(root, '.devdb'), { recursive: true }) as string[])
    .map((name) => join(root, '.devdb', name))
    .filter((path) => (path.endsWith('.db') || statSync(path).isDirectory()) && (statSync(path).mode & 0o077) !== 0)
  expect(readable).toEqual([])
  expect(statSync(join(root, '.devdb')).mode & 0o777).toBe(0o700)
  rmSync(dev)
  chmodSync(again.project.snapshots.target(snapshot!.id).storage!, 0o644)
  expect((await again.engine.restore('private')).problem).toBeNull()
  expect(statSync(dev).mode & 0o777).toBe(0o600)
  await engine.close()
})

test('a change that may have entered counts as in where dev is as near to what it was as to what it was to be', async () => {
  const { root, dev, project, engine } = await opened()
  const last = project.snapshots.lastChanges.last()!
  // Only one row differs between before and after, and dev has a third version of it.
  const [before, after] = [
    project.snapshots.target(last.snapshot!).storage!,
    project.snapshots.entered(last.id).storage!,
  ]
  copyFileSync(before, after)
  for (const [file, name] of [
    [before, 'a'],
    [after, 'b'],
  ] as const)
    await sql(file, `UPDATE users SET filling = '${name}' WHERE id = 1`)
  copyFileSync(before, dev)
  await sql(dev, "UPDATE users SET filling = 'c' WHERE id = 1")
  mkdirSync(join(root, '.devdb/work'), { recursive: true })
  project.snapshots.lastChanges.enter({ ...last, what: 'the one that was killed' })
  expect((await engine.prepareUndo())?.what).toBe('the one that was killed')
})
