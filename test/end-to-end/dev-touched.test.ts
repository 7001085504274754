/** A step, or the models, that write to the dev database by a path of their own: warned, and taken back from the snapshot. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Event, EventOf } from '../../src/event/event.ts'
import { dump, execute } from './database.ts'
import { copyProject, startDevdb, type TinyProject } from './project.ts'

const projects: TinyProject[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project.remove()
})

/** What a project of sequelize-cli's calls a seeding script: it reads config.json, whatever DATABASE_URL says. */
const hardCoded = (sql: string): string => `const { Database } = require('sqlite3')
const { development } = require('../config/config.json')
const database = new Database(development.storage)
database.exec(${JSON.stringify(sql)}, (error) => {
  if (error) throw error
  database.close()
})
`

const config = (steps: readonly unknown[]): string =>
  JSON.stringify({ models: './models/index.js', migrations: './migrations', dev: 'sqlite:dev.sqlite', steps })

/** Where the dev database is made, once. */
let made: TinyProject
beforeAll(() => {
  made = copyProject('fixtures/cli-layout')
  execFileSync(process.execPath, ['make-dev.cjs'], { cwd: made.root })
})
afterAll(() => made.remove())

function cliLayout(steps: readonly unknown[], sql = 'DELETE FROM Users'): TinyProject {
  const project = copyProject('fixtures/cli-layout')
  projects.push(project)
  project.write({
    'dev.sqlite': made.bytes('dev.sqlite'),
    'devdb.config.json': config(steps),
    'scripts/seed.js': hardCoded(sql),
  })
  return project
}

/** The `dev-touched` events of the log. */
const logged = (project: TinyProject): readonly EventOf<'dev-touched'>[] =>
  project
    .read('.devdb/devdb.log')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'dev-touched')

/** The command that the warning names. */
const remedyIn = ({ problem }: EventOf<'dev-touched'>): string =>
  /devdb (snapshot restore \S+) brings back/.exec(problem.hint ?? '')?.[1] ?? `no snapshot in: ${problem.hint}`

/** The copy behind it. */
const copyIn = (project: TinyProject, event: EventOf<'dev-touched'>): string =>
  project.file(`.devdb/snapshots/${event.snapshot}.db`)

const harmless = { name: 'harmless', run: 'true' }
const harmful = { name: 'seed users', run: 'node scripts/seed.js' }

test('a step that deletes rows through config.json is named, and the snapshot brings them back', async () => {
  const project = cliLayout([harmless, harmful, { name: 'after', run: 'true' }])
  const before = await dump(project.file('dev.sqlite'))
  const run = await project.devdb('reset')
  expect(run.json).toMatchObject({ throwaway: { steps: [{ state: 'done' }, { state: 'done' }, { state: 'done' }] } })
  expect(await dump(project.file('dev.sqlite'))).not.toEqual(before)

  const [warning, ...others] = logged(project)
  expect(others).toEqual([])
  expect(warning).toMatchObject({
    by: 'seed users',
    problem: {
      code: 'dev-touched',
      message: expect.stringMatching(/dev\.sqlite changed while step "seed users" ran \(an application/),
    },
  })
  expect((await project.devdb(`${remedyIn(warning!)} --yes`)).json).toEqual({
    restored: warning!.snapshot,
    saved: expect.any(String),
  })
  expect(await dump(project.file('dev.sqlite'))).toEqual(before)
})

test('people see the warning, and so do the readers of a watch', async () => {
  const project = cliLayout([harmful])
  const before = await dump(project.file('dev.sqlite'))
  const shown = await project.plain('reset')
  expect(shown.exit).toBe(0)
  expect(shown.stderr).toMatch(/dev\.sqlite changed while step "seed users" ran/)
  expect(shown.stderr).toMatch(/let it read DATABASE_URL; devdb snapshot restore \S+ brings back dev/)

  // Rows that came later are touched again; the snapshot is still the one of before the step first ran.
  await execute(
    project.file('dev.sqlite'),
    "INSERT INTO Users (email, createdAt, updatedAt) VALUES ('x@example.com', 1, 1)",
  )
  const event = await watchUntil(project, 'dev-touched')
  expect(event.by).toBe('seed users')
  expect(await dump(copyIn(project, event))).toEqual(before)
})

test('a write under WAL is noticed, though the change counter stands still', async () => {
  const project = cliLayout([harmful], "UPDATE Users SET lastName = 'Gone'")
  await execute(project.file('dev.sqlite'), 'PRAGMA journal_mode = WAL')
  const before = await dump(project.file('dev.sqlite'))
  await project.devdb('reset')
  const [warning] = logged(project)
  expect(warning?.by).toBe('seed users')
  expect(await dump(copyIn(project, warning!))).toEqual(before)
})

test('a seeder that makes an instance of its own is named', async () => {
  const project = cliLayout([{ name: 'demo', module: './scripts/own.js' }])
  project.write({
    'scripts/own.js': `exports.up = async () => {\n  const { Sequelize } = require('sequelize')\n  const own = new Sequelize({ dialect: 'sqlite', storage: 'dev.sqlite', logging: false })\n  await own.query("UPDATE Users SET lastName = 'Gone'")\n}\n`,
  })
  await project.devdb('reset')
  expect(logged(project)).toMatchObject([{ by: 'demo' }])
})

test('models that write while they are loaded are named', async () => {
  const project = cliLayout([harmless])
  const before = await dump(project.file('dev.sqlite'))
  project.write({
    'models/zz-boot.js': `module.exports = (sequelize, DataTypes) => {\n  require('node:child_process').execFileSync(process.execPath, ['scripts/seed.js'])\n  return sequelize.define('Boot', { name: DataTypes.STRING })\n}\n`,
  })
  await project.devdb('reset')
  const [warning, ...others] = logged(project)
  expect([warning?.by, others]).toEqual(['models', []])
  expect(await dump(copyIn(project, warning!))).toEqual(before)
})

test('a step that removes the dev database is named', async () => {
  const project = cliLayout([{ name: 'clean', run: 'rm dev.sqlite' }])
  const before = await dump(project.file('dev.sqlite'))
  await project.devdb('reset')
  const [warning] = logged(project)
  expect(warning?.by).toBe('clean')
  expect(existsSync(project.file('dev.sqlite'))).toBe(false)
  expect(await dump(copyIn(project, warning!))).toEqual(before)
})

test('a step that was redefined has a snapshot of right before its new definition', async () => {
  const project = cliLayout([harmful])
  await project.devdb('reset')
  await execute(
    project.file('dev.sqlite'),
    "INSERT INTO Users (email, createdAt, updatedAt) VALUES ('x@example.com', 1, 1)",
  )
  const before = await dump(project.file('dev.sqlite'))
  project.write({ 'devdb.config.json': config([{ ...harmful, run: 'node scripts/seed.js --again' }]) })
  await project.devdb('reset')
  const warning = logged(project).at(-1)!
  expect(await dump(copyIn(project, warning))).toEqual(before)
})

test('nobody is warned where nobody touched dev: the application that names it is only read for its models', async () => {
  const project = cliLayout([harmless, { name: 'demo users', module: './seeders/20260601090000-demo-users.js' }])
  const before = project.bytes('dev.sqlite')
  const run = await project.devdb('reset')
  expect(run.json.throwaway).toMatchObject({ tables: 5, steps: [{ state: 'done' }, { state: 'done' }] })
  expect(logged(project)).toEqual([])
  expect(project.bytes('dev.sqlite').equals(before)).toBe(true)
})

/** Runs a watch until an event comes, and ends it. */
async function watchUntil<Kind extends Event['kind']>(project: TinyProject, kind: Kind): Promise<EventOf<Kind>> {
  const child = startDevdb(project.root, ['watch', '--reporter', 'ndjson'])
  const ended = new Promise((resolve) => child.once('exit', resolve))
  try {
    for await (const line of createInterface({ input: child.stdout as Readable })) {
      const event = JSON.parse(line) as Event
      if (event.kind === kind) return event as EventOf<Kind>
    }
    throw new Error(`the watch ended without ${kind}`)
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}
