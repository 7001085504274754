/** Whether project code can reach the dev database through the door. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, linkSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import sqlite3 from 'sqlite3'
import { expect, test } from 'vitest'
import { withDoor } from '../../src/door/door-environment.ts'
import { doorFiles } from '../../src/door/door-files.ts'
import type { DoorRule } from '../../src/door/door-rule.ts'
import { requireOption } from '../../src/door/node-options.ts'
import { sharedFolder, tempProject } from '../temp-folder.ts'

const program = join(import.meta.dirname, 'ways.cjs')

function all(file: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const database = new sqlite3.Database(file)
  return new Promise((resolve, reject) =>
    database.all(sql, (error, rows) => {
      database.close()
      if (error === null) resolve(rows as Record<string, unknown>[])
      else reject(error)
    }),
  )
}

/** A project with a dev database in both spellings of a link, and the database of a job. */
async function project(journal: string): Promise<string> {
  const folder = tempProject({})
  const dev = join(folder, 'dev.db')
  await all(dev, 'CREATE TABLE t (x)')
  await all(dev, `PRAGMA journal_mode = ${journal}`)
  await all(dev, "INSERT INTO t VALUES ('mine')")
  copyFileSync(dev, join(folder, 'job.db'))
  await all(join(folder, 'other.db'), 'CREATE TABLE o (x)')
  symlinkSync('dev.db', join(folder, 'link.db'))
  linkSync(dev, join(folder, 'hard.db'))
  return folder
}

function run(folder: string, job: string | null, ways: readonly string[]): Record<string, string> {
  const rule: DoorRule = {
    dialect: 'sqlite',
    dev: join(folder, 'dev.db'),
    job: job === null ? null : join(folder, job),
  }
  const env = withDoor(process.env, rule, doorFiles('sqlite'))
  return JSON.parse(
    execFileSync(process.execPath, [program, ...ways], { cwd: folder, env, encoding: 'utf8' }),
  ) as Record<string, string>
}

test.each(['delete', 'wal'])('no way of project code reaches dev, and all reach the job (%s)', async (journal) => {
  const folder = await project(journal)
  const before = readFileSync(join(folder, 'dev.db'))
  const results = run(folder, 'job.db', [])
  expect(readFileSync(join(folder, 'dev.db')).equals(before)).toBe(true)
  const refused = Object.entries(results).filter(([, result]) => result !== 'ok')
  expect(refused.map(([name]) => name)).toEqual([
    'ATTACH',
    'ATTACH after a comment',
    'ATTACH of an expression',
    'ATTACH of a value',
    'VACUUM INTO',
  ])
  for (const [, result] of refused) expect(result).toContain('devdb keeps the dev database out of reach')
  // The backup came last, and it replaced the job, not dev.
  expect(await all(join(folder, 'job.db'), 'SELECT name FROM sqlite_master')).toEqual([{ name: 'o' }])
})

test('what project code writes to dev is in the database of the job', async () => {
  const folder = await project('delete')
  const ways = ['absolute', 'symbolic link', 'URI with escapes', 'cached', 'spawn without environment', 'thread']
  run(folder, 'job.db', ways)
  const rows = await all(join(folder, 'job.db'), 'SELECT x FROM t')
  expect(rows.map(({ x }) => x)).toEqual(['mine', ...ways.map((way) => way.replaceAll(' ', '-'))])
})

test('code that says that it reads dev gets it for reading alone, through ATTACH too', async () => {
  const folder = await project('delete')
  const before = readFileSync(join(folder, 'dev.db'))
  const results = run(folder, null, ['absolute', 'hard link', 'relative URI', 'ATTACH', 'ATTACH of another file'])
  const { 'ATTACH of another file': another, ...others } = results
  expect(another).toBe('ok')
  for (const result of Object.values(others)) expect(result).toContain('readonly')
  expect(readFileSync(join(folder, 'dev.db')).equals(before)).toBe(true)
})

const shared = sharedFolder()

test('a door inside a door keeps the rules of both', () => {
  const rule = (name: string): DoorRule => ({ dialect: 'sqlite', dev: join(shared, name), job: join(shared, 'job.db') })
  const files = { preload: '/door one.cjs', programs: '/bin/of/door' }
  const outer = withDoor({ NODE_OPTIONS: '--no-warnings', PATH: '/usr/bin' }, rule('a.db'), files)
  const inner = withDoor(outer, rule('b.db'), files)
  expect(JSON.parse(inner.DEVDB_DOOR ?? '')).toEqual([rule('b.db'), rule('a.db')])
  expect(withDoor(inner, rule('a.db'), files)).toMatchObject({ NODE_OPTIONS: inner.NODE_OPTIONS, PATH: inner.PATH })
  expect([inner.NODE_OPTIONS, inner.PATH]).toEqual(['--no-warnings --require "/door one.cjs"', '/bin/of/door:/usr/bin'])
})

test('NODE_OPTIONS are extended, with quotes where Node needs them', () => {
  expect(requireOption(undefined, '/a.cjs')).toBe('--require /a.cjs')
  expect(requireOption('', '/a "b" \\c.cjs')).toBe('--require "/a \\"b\\" \\\\c.cjs"')
  expect(requireOption('--require /a.cjs', '/a.cjs')).toBe('--require /a.cjs')
})
