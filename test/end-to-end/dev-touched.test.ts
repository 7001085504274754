/** Code that reaches the dev database in a way that cannot be diverted: it is named, the command fails, and the snapshot brings dev back. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Event, EventOf } from '../../src/event/event.ts'
import { dump, execute } from './database.ts'
import { copyProject, executable, startDevdb, type TinyProject } from './project.ts'

const projects: TinyProject[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project.remove()
})

/** What a project of sequelize-cli's calls a seeding script: it reads config.json, whatever DATABASE_URL says. Run by `undiverted` only. */
const hardCoded = (sql: string): string => `const { Database } = require('sqlite3')
const { development } = require('../config/config.json')
const database = new Database(development.storage)
database.exec(${JSON.stringify(sql)}, (error) => {
  if (error) throw error
  database.close()
})
`

/** A Node program that is started without anything of devdb's environment is as good as a program that is not Node. */
const undivertedWords = ['-i', process.execPath, 'scripts/seed.js']
const undiverted = `env ${undivertedWords.join(' ')}`

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
const harmful = { name: 'seed users', run: undiverted }

test('a step that deletes rows through config.json is named, and the snapshot brings them back', async () => {
  const project = cliLayout([harmless, harmful, { name: 'after', run: 'true' }])
  const before = await dump(project.file('dev.sqlite'))
  const run = await project.devdb('reset')
  expect(run).toMatchObject({
    exit: 1,
    json: {
      throwaway: { steps: [{ state: 'done' }, { state: 'done' }, { state: 'done' }] },
      problem: { code: 'dev-touched', hint: expect.stringContaining('devdb snapshot restore') },
    },
  })
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
  expect((await project.devdb(`${remedyIn(warning!)} --yes`)).json).toMatchObject({
    restored: warning!.snapshot,
    saved: expect.any(String),
  })
  expect(await dump(project.file('dev.sqlite'))).toEqual(before)
})

test('people see it at the end, and so do the readers of a watch', async () => {
  const project = cliLayout([harmful])
  const before = await dump(project.file('dev.sqlite'))
  const shown = await project.plain('reset')
  expect(shown.exit).toBe(1)
  const [message, hint] = shown.stderr.trim().split('\n').slice(-2)
  expect(message).toMatch(/dev\.sqlite changed while step "seed users" ran/)
  expect(hint).toMatch(/devdb snapshot restore \S+ brings back dev as it was at .*, before code of the project ran/)

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

test('models that write while they are loaded are named', async () => {
  const project = cliLayout([harmless])
  const before = await dump(project.file('dev.sqlite'))
  project.write({
    'models/zz-boot.js': `module.exports = (sequelize, DataTypes) => {\n  require('node:child_process').execFileSync('env', ${JSON.stringify(undivertedWords)})\n  return sequelize.define('Boot', { name: DataTypes.STRING })\n}\n`,
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
  project.write({ 'devdb.config.json': config([{ ...harmful, run: `${undiverted} --again` }]) })
  await project.devdb('reset')
  const warning = logged(project).at(-1)!
  expect(await dump(copyIn(project, warning))).toEqual(before)
})

/** A migration that deletes users of dev by a program that cannot be diverted. */
const migration = {
  'migrations/20260601-clean.js': `exports.up = async () => {
  require('node:child_process').execFileSync('env', ${JSON.stringify(undivertedWords)})
}
exports.down = async () => {}
`,
}

test('a configuration that is code, a hook and the command of exec are looked at, too; exec keeps the exit code of its command', async () => {
  const project = cliLayout([])
  const json = JSON.parse(project.read('devdb.config.json'))
  project.write({
    'devdb.config.json': null,
    'devdb.config.cjs': `if (process.env.HARM === 'config') require('node:child_process').execFileSync('env', ${JSON.stringify(undivertedWords)})
module.exports = ${JSON.stringify({ ...json, hooks: { afterBuild: `[ "$HARM" != hook ] || ${undiverted}` } })}
`,
  })
  const before = await dump(project.file('dev.sqlite'))
  expect((await project.plain('reset')).exit).toBe(0)
  const [snapshot] = (await project.devdb('snapshot list')).json.snapshots
  for (const [harm, command, exit, doing] of [
    ['config', 'status', 1, 'the configuration file was loaded'],
    ['hook', 'reset --no-cache', 1, 'hook '],
    ['exec', `exec -- sh -c '${undiverted}; exit 7'`, 7, 'the command of exec ran'],
  ] as const) {
    const run = await runShell(project, command, { HARM: harm })
    expect([run.exit, run.stderr], run.stderr).toEqual([
      exit,
      expect.stringContaining(`dev.sqlite changed while ${doing}`),
    ])
    expect(run.stderr).toContain(`devdb snapshot restore ${snapshot.id} brings back`)
    await project.devdb(`snapshot restore ${snapshot.id} --yes`)
    expect(await dump(project.file('dev.sqlite'))).toEqual(before)
  }
})

test('where another process has dev open, it is named, and the command does not fail', async () => {
  const project = cliLayout([harmful])
  const script = `const { Database } = require('sqlite3')
const database = new Database('dev.sqlite', () => database.get('SELECT 1', () => console.log('open')))
setInterval(() => undefined, 1000)`
  project.write({ 'scripts/open.js': script })
  const application = spawn(process.execPath, ['scripts/open.js'], { cwd: project.root })
  try {
    await once(application.stdout, 'data')
    const run = await project.devdb('reset')
    expect(run).toMatchObject({ exit: 0, json: { warnings: [{ code: 'dev-touched' }] } })
    expect(run.json.warnings[0].message).toContain(`it is open in process ${application.pid}, `)
  } finally {
    application.kill()
  }
})

test('one snapshot serves all code; a build that fails before any ran takes none; no value of a variable is kept', async () => {
  const project = cliLayout([{ ...harmless, env: { TOKEN: 'S3CRET' } }])
  const snapshots = async (): Promise<readonly unknown[]> => (await project.devdb('snapshot list')).json.snapshots
  const whole = project.read('devdb.config.json')
  project.write({ 'devdb.config.json': whole.replace('./models/index.js', './modles/index.js') })
  expect((await project.devdb('reset')).json.problem.code).toBe('model-not-found')
  expect(await snapshots()).toEqual([])
  project.write({ 'devdb.config.json': whole })
  for (const command of ['reset', 'check', 'rehearse', 'reset --no-cache']) await project.devdb(command)
  expect(await snapshots()).toMatchObject([{ reason: 'before code of the project ran', automatic: true }])
  // The configuration names other code, but dev is what it was.
  project.write({ 'devdb.config.json': whole.replace('true', 'echo') })
  await project.devdb('reset')
  expect(await snapshots()).toHaveLength(1)
  expect(project.read('.devdb/guarded.json')).not.toContain('S3CRET')
})

test('code that is staged is looked at with the dev database of the working tree', async () => {
  const project = cliLayout([])
  const git = (...words: string[]): unknown => execFileSync('git', words, { cwd: project.root })
  project.write({ ...migration, '.gitignore': 'dev.sqlite\nnode_modules\n' })
  project.write({
    'migrations/20260601-clean.js': migration['migrations/20260601-clean.js'].replace(
      "'scripts/seed.js'",
      `'${project.file('scripts/seed.js')}'`,
    ),
    'scripts/seed.js': hardCoded('DELETE FROM Users').replace(
      'development.storage',
      JSON.stringify(project.file('dev.sqlite')),
    ),
  })
  git('init', '-q')
  git('add', '.')
  const run = await project.devdb('check --staged')
  expect([run.exit, run.json.problem]).toEqual([1, expect.objectContaining({ code: 'dev-touched' })])
  const [snapshot] = (await project.devdb('snapshot list')).json.snapshots
  expect(run.json.problem.hint).toContain(`devdb snapshot restore ${snapshot.id} brings back`)
})

/** Runs a command line of a shell's. */
function runShell(project: TinyProject, command: string, env: NodeJS.ProcessEnv) {
  const line = `'${process.execPath}' '${executable}' ${command}`
  const { status, stderr } = spawnSync('sh', ['-c', line], {
    cwd: project.root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  return { exit: status, stderr }
}

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
