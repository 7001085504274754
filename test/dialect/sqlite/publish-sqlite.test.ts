import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Dialect } from '../../../src/dialect/dialect.ts'
import { createSqliteDialect } from '../../../src/dialect/sqlite/sqlite-dialect.ts'
import { fileTarget } from '../../../src/dialect/sqlite/sqlite-target.ts'
import { type Application, startApplication } from '../../application.ts'
import { tempFolder } from '../../temp-folder.ts'
import { dump, sql } from './change-rig.ts'

interface Place {
  readonly root: string
  readonly live: string
  readonly folder: string
  readonly dialect: Dialect
  /** Makes a build of one table and publishes it. */
  publish(table: string, more?: (build: string) => Promise<unknown>): Promise<void>
}

function place(root = tempFolder(), live = join(root, '.devdb', 'throwaway.db')): Place {
  const folder = join(root, '.devdb')
  const dialect = createSqliteDialect(join(import.meta.dirname, '../../..'))
  const build = fileTarget(join(folder, 'build', 'build.db'), root)
  return {
    root,
    live,
    folder,
    dialect,
    async publish(table, more) {
      await dialect.prepareScratch(build)
      await sql(build.storage!, `CREATE TABLE ${table} (x)`, `INSERT INTO ${table} VALUES ('${table}')`)
      await more?.(build.storage!)
      await dialect.publish(build, fileTarget(live, root), folder)
    },
  }
}

const tablesOf = async (file: string): Promise<readonly unknown[]> =>
  (await sql(file, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).map(({ name }) => name)

test('the first build is placed, the next one enters it; nothing is left beside it but the build', async () => {
  const { live, folder, publish } = place()
  await publish('one')
  expect(await sql(live, 'SELECT x FROM one')).toEqual([{ x: 'one' }])
  await publish('two')
  expect(await tablesOf(live)).toEqual(['two'])
  expect(readdirSync(folder).sort()).toEqual(['build', 'owned.json', 'throwaway.db'])
  // Whoever made it removes it, when there is time.
  expect(readdirSync(join(folder, 'build'))).toEqual(['build.db'])
})

describe.each(['delete', 'wal'])('a throwaway that an application has open in journal mode %s', (mode) => {
  const open = async (live: string): Promise<Application> => {
    const application = startApplication(live)
    await application.all(`PRAGMA journal_mode = ${mode}`)
    expect(await application.all('SELECT x FROM one')).toEqual([{ x: 'one' }])
    return application
  }

  test('shows its new content at the next read, and can be written again', async () => {
    const { live, publish } = place()
    await publish('one')
    const application = await open(live)
    for (const table of ['two', 'three']) {
      await publish(table)
      expect(await application.all(`SELECT x FROM ${table}`)).toEqual([{ x: table }])
    }
    await application.all("INSERT INTO three VALUES ('theirs')")
    expect(await sql(live, 'SELECT count(*) AS n FROM three')).toEqual([{ n: 2 }])
    expect(await application.all('PRAGMA journal_mode')).toEqual([{ journal_mode: mode }])
    expect(await application.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  })

  test('is replaced where its lock is not let go for 2 s', async () => {
    const { live, publish } = place()
    await publish('one')
    const application = await open(live)
    await application.all(mode === 'wal' ? 'BEGIN IMMEDIATE' : 'BEGIN')
    await application.all(mode === 'wal' ? "INSERT INTO one VALUES ('half')" : 'SELECT * FROM one')
    await publish('two')
    expect(await tablesOf(live)).toEqual(['two'])
    expect(['-wal', '-shm', '-journal'].filter((suffix) => existsSync(`${live}${suffix}`))).toEqual([])
    // The one that held on stays with what it had; whoever opens it anew has the new one.
    await application.all('ROLLBACK')
    await publish('three')
    expect(await startApplication(live).all('SELECT x FROM three')).toEqual([{ x: 'three' }])
  })
})

test('a build of another page size replaces what is there', async () => {
  const { live, publish } = place()
  await publish('one')
  const application = startApplication(live)
  await application.all('PRAGMA journal_mode = WAL')
  await publish('two', (build) => sql(build, 'PRAGMA page_size = 8192', 'VACUUM'))
  expect(await sql(live, 'SELECT x FROM two')).toEqual([{ x: 'two' }])
  expect(await sql(live, 'PRAGMA page_size')).toEqual([{ page_size: 8192 }])
})

test('rows that a step left in the -wal file of the build are not lost', async () => {
  const { live, publish } = place()
  for (const table of ['one', 'two']) {
    await publish(table, async (build) => {
      const application = startApplication(build)
      await application.all('PRAGMA journal_mode = WAL')
      await application.all(`INSERT INTO ${table} VALUES ('by a step')`)
      await application.kill()
    })
    expect(await sql(live, `SELECT count(*) AS n FROM ${table}`)).toEqual([{ n: 2 }])
  }
})

test("a step that makes the file anew does not make the throwaway somebody else's", async () => {
  const { live, publish } = place()
  for (const table of ['one', 'two']) {
    await publish('first', async (build) => {
      rmSync(build)
      await sql(build, 'PRAGMA application_id = 7', `CREATE TABLE ${table} (x)`)
    })
    expect(await tablesOf(live)).toEqual([table])
  }
})

describe("a file that is not this project's throwaway is left alone", () => {
  const refused = { code: 'throwaway-not-ours' }

  test('where it was never recorded, mark or not', async () => {
    const first = place()
    await first.publish('one')
    const { live, publish, dialect, root, folder } = place()
    mkdirSync(folder)
    writeFileSync(live, readFileSync(first.live))
    const before = readFileSync(live)
    await expect(publish('two')).rejects.toMatchObject(refused)
    await expect(dialect.checkThrowaway(fileTarget(live, root), folder)).rejects.toMatchObject(refused)
    expect(readFileSync(live).equals(before)).toBe(true)
  })

  test.each([
    ['an unmarked database', (live: string) => sql(live, 'CREATE TABLE mine (x)')],
    ['an empty file', async (live: string) => writeFileSync(live, '')],
    ['a text', async (live: string) => writeFileSync(live, 'dear diary, '.repeat(20))],
    ['a folder', async (live: string) => void mkdirSync(live)],
  ])('where it was recorded, but %s stands there now', async (_, put) => {
    const { live, publish } = place()
    await publish('one')
    rmSync(live)
    await put(live)
    await expect(publish('two')).rejects.toMatchObject(refused)
    expect(existsSync(live)).toBe(true)
  })

  test("where the whole project was copied and still names the first one's file", async () => {
    const first = place()
    await first.publish('one')
    const copy = tempFolder()
    mkdirSync(join(copy, '.devdb'))
    writeFileSync(join(copy, '.devdb', 'owned.json'), readFileSync(join(first.folder, 'owned.json')))
    await expect(place(copy, first.live).publish('two')).rejects.toMatchObject(refused)
    expect(await tablesOf(first.live)).toEqual(['one'])
  })

  test('where the record is torn', async () => {
    const { live, folder, publish } = place()
    await publish('one')
    writeFileSync(join(folder, 'owned.json'), '{"files": ["')
    await expect(publish('two')).rejects.toMatchObject(refused)
    expect(await tablesOf(live)).toEqual(['one'])
  })
})

test('one that somebody makes after the check and before the placement is not replaced', async () => {
  const { live, publish } = place()
  await expect(publish('one', () => sql(live, 'CREATE TABLE theirs (x)'))).rejects.toMatchObject({
    code: 'throwaway-not-ours',
  })
  expect(await tablesOf(live)).toEqual(['theirs'])
})

test('a crash between the record and the placement leaves nothing that is in the way', async () => {
  const { live, publish } = place()
  await publish('one')
  rmSync(live)
  await publish('two')
  expect(await tablesOf(live)).toEqual(['two'])
})

test('a symbolic link is followed, and stays one', async () => {
  const elsewhere = tempFolder()
  const root = tempFolder()
  const { live, publish } = place(root)
  mkdirSync(join(root, '.devdb'))
  symlinkSync(join(elsewhere, 'real.db'), live)
  await publish('one')
  expect(await tablesOf(join(elsewhere, 'real.db'))).toEqual(['one'])
  await publish('two')
  expect(await tablesOf(join(elsewhere, 'real.db'))).toEqual(['two'])
  const application = startApplication(live)
  await application.all('BEGIN')
  await application.all('SELECT * FROM two')
  await publish('three')
  expect(await tablesOf(join(elsewhere, 'real.db'))).toEqual(['three'])
  expect(readdirSync(elsewhere)).toEqual(['real.db'])
  // Once it points to another file, that one is not ours.
  rmSync(live)
  await sql(join(elsewhere, 'other.db'), 'CREATE TABLE theirs (x)')
  symlinkSync(join(elsewhere, 'other.db'), live)
  await expect(publish('four')).rejects.toMatchObject({ code: 'throwaway-not-ours' })
})

test('two projects that name one file: the second is refused', async () => {
  const first = place()
  await first.publish('one')
  await expect(place(tempFolder(), first.live).publish('two')).rejects.toMatchObject({ code: 'throwaway-not-ours' })
  expect(await tablesOf(first.live)).toEqual(['one'])
})

test('a project that was moved makes its throwaway anew only when it is removed by hand', async () => {
  const { root, publish } = place()
  await publish('one')
  const moved = `${tempFolder()}/moved`
  renameSync(root, moved)
  mkdirSync(root)
  await expect(place(moved).publish('two')).rejects.toMatchObject({
    code: 'throwaway-not-ours',
    parts: { hint: expect.stringContaining('rm ') },
  })
})

test('a hard link to the dev database is dev itself, so it is no throwaway', async () => {
  const { root, live, dialect, publish } = place()
  const dev = join(root, 'dev.db')
  await sql(dev, 'CREATE TABLE precious (x)')
  mkdirSync(join(root, '.devdb'))
  linkSync(dev, live)
  expect(dialect.isSame(fileTarget(dev, root), fileTarget(live, root))).toBe(true)
  const before = await dump(dev)
  await expect(publish('one')).rejects.toMatchObject({ code: 'throwaway-not-ours' })
  expect(await dump(dev)).toBe(before)
})
