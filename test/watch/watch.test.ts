/** The whole loop: the executable on a small project, and every way in which somebody may save. */
import {
  appendFileSync,
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ended } from '../application.ts'
import { sql } from '../dialect/sqlite/change-rig.ts'
import { tempProject, writeFiles } from '../temp-folder.ts'
import { isAlive, startWatch, until, type WatchRun } from '../watch-run.ts'

const stepProgram = (name: string): string => resolve(import.meta.dirname, '../../fixtures/step-program', name)

/** Models whose number of tables tells which save was built. */
const models = (tables: number): string => `
module.exports = (sequelize, DataTypes) => {
  for (let index = 0; index < ${tables}; index++) sequelize.define('t' + index, { name: DataTypes.STRING })
}
`

const migration = (table: string): string => `
exports.up = (queryInterface, Sequelize) => queryInterface.createTable('${table}', { id: Sequelize.INTEGER })
exports.down = (queryInterface) => queryInterface.dropTable('${table}')
`

const config = (more: Record<string, unknown> = {}): string =>
  JSON.stringify({ models: './models/index.js', migrations: './migrations', dev: 'sqlite:dev.db', ...more })

const project = (more: Readonly<Record<string, string>> = {}, setting: Record<string, unknown> = {}): string =>
  tempProject({
    'package.json': '{"name":"small"}',
    'devdb.config.json': config(setting),
    'models/index.js': models(1),
    'migrations/README.md': '',
    ...more,
  })

async function ready(root: string): Promise<WatchRun> {
  const watch = startWatch(root)
  await watch.next('build-finished')
  watch.mark()
  return watch
}

/** Something else that is noticed in the same way, and is no migration to run: what was saved before has been dealt with when it shows. */
async function wave(watch: WatchRun, root: string): Promise<void> {
  const name = `migrations/wave-${watch.events.length}.md`
  writeFiles(root, { [name]: '' })
  await watch.next('files-changed', ({ files }) => files.includes(name))
}

test('each way of saving leads to exactly one finished build, of the final content', async () => {
  const root = project()
  const file = join(root, 'models/index.js')
  const temporary = join(root, 'models/index.js.tmp')
  const pause = (): Promise<void> => sleep(15)
  const ways: readonly (readonly [string, (text: string) => Promise<void> | void])[] = [
    ['written at once', (text) => writeFileSync(file, text)],
    [
      'truncated, then written',
      async (text) => {
        writeFileSync(file, '')
        await pause()
        writeFileSync(file, text)
      },
    ],
    [
      'written in pieces',
      async (text) => {
        writeFileSync(file, text.slice(0, 40))
        for (const piece of [text.slice(40, 80), text.slice(80)]) {
          await pause()
          appendFileSync(file, piece)
        }
      },
    ],
    [
      'renamed over',
      (text) => {
        writeFileSync(temporary, text)
        renameSync(temporary, file)
      },
    ],
    [
      'moved to a backup, then written anew',
      async (text) => {
        renameSync(file, `${file}~`)
        await pause()
        writeFileSync(file, text)
        rmSync(`${file}~`)
      },
    ],
    [
      'deleted, then created',
      async (text) => {
        rmSync(file)
        await pause()
        writeFileSync(file, text)
      },
    ],
    [
      'linked from a temporary file',
      (text) => {
        writeFileSync(temporary, text)
        unlinkSync(file)
        linkSync(temporary, file)
        unlinkSync(temporary)
      },
    ],
    [
      'saved fifty times',
      async (text) => {
        for (let count = 0; count < 50; count++) {
          writeFileSync(file, models(100 + count))
          if (count % 10 === 0) await pause()
        }
        writeFileSync(file, text)
      },
    ],
  ]
  const watch = await ready(root)
  for (const [index, [way, save]] of ways.entries()) {
    const tables = index + 2
    watch.mark()
    await save(models(tables))
    await watch.next('build-finished', (event) => event.tables === tables)
    await wave(watch, root)
    const finished = watch.of('build-finished').map((event) => event.tables)
    const kept = watch.of('build-started').length - watch.of('build-cancelled').length
    expect([way, watch.of('build-failed')]).toEqual([way, []])
    // The last of several writes may fall between the look at the file and its loading: nobody can tell then which one was loaded, and it is
    // built again.
    const most = /^(?:written at once|renamed|linked)/.test(way) ? 1 : 2
    expect([way, [...new Set(finished)], kept >= 1 && kept <= most]).toEqual([way, [tables], true])
    const [row] = await sql(
      join(root, '.devdb/throwaway.db'),
      "SELECT count(*) AS n FROM sqlite_master WHERE name LIKE 't%'",
    )
    expect(row).toEqual({ n: tables })
  }
})

test('a save that changes no byte leads to no build; a broken one is a Problem, and what is imported is watched', async () => {
  const root = project({ 'lib/keep.txt': '' })
  const watch = await ready(root)
  // Whatever way it is saved.
  const file = join(root, 'models/index.js')
  const text = readFileSync(file, 'utf8')
  const ways = [
    () => writeFileSync(file, text),
    () => utimesSync(file, new Date(), new Date()),
    () => {
      writeFileSync(`${file}.tmp`, text)
      renameSync(`${file}.tmp`, file)
    },
    () => {
      rmSync(file)
      writeFileSync(file, text)
    },
  ]
  for (const save of ways) {
    save()
    await wave(watch, root)
  }
  expect(watch.of('build-started')).toEqual([])
  expect(watch.of('files-changed').filter(({ affects }) => affects.includes('build'))).toEqual([])

  // The Problem has its place, and the next good save clears it.
  watch.mark()
  writeFiles(root, { 'models/index.js': `${models(2)}\nmodule.exports = {{\n` })
  const { problem, stale } = await watch.next('build-failed')
  expect(problem).toMatchObject({ code: 'model-failed', file: join(root, 'models/index.js'), line: 6 })
  expect(problem.frame).toContain('> 6 | module.exports = {{')
  expect(stale).toBe(true)
  writeFiles(root, { 'models/index.js': models(2) })
  expect((await watch.next('build-finished')).tables).toBe(2)

  // Files that a model comes to import are watched from then on, also ones that did not exist.
  watch.mark()
  writeFiles(root, { 'models/index.js': `module.exports = require('../lib/extra')` })
  const missing = await watch.next('build-failed')
  expect(missing.problem.message).toContain('lib/extra')
  watch.mark()
  writeFiles(root, { 'lib/extra.js': models(4) })
  expect((await watch.next('build-finished')).tables).toBe(4)
  watch.mark()
  writeFiles(root, { 'lib/extra.js': models(5) })
  expect((await watch.next('build-finished')).tables).toBe(5)
  // One that is no longer imported counts no more.
  writeFiles(root, { 'models/index.js': models(6) })
  await watch.next('build-finished', ({ tables }) => tables === 6)
})

test('two hundred files at once, as git checkout writes them, are one build', async () => {
  const part = (index: number, name: string): string =>
    index % 20 === 0
      ? `module.exports = (s, D) => s.define('${name}${index}', { a: D.STRING })`
      : `module.exports = () => {} // ${name}`
  const parts = (name: string) =>
    Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`models/part-${index}.js`, part(index, name)]))
  const root = project(parts('old'), { models: './models/*.js' })
  const watch = await ready(root)
  writeFiles(root, parts('new'))
  await watch.next('build-finished')
  await wave(watch, root)
  expect(watch.of('build-finished')).toHaveLength(1)
  expect(
    await sql(join(root, '.devdb/throwaway.db'), "SELECT count(*) AS n FROM sqlite_master WHERE name LIKE 'new%'"),
  ).toEqual([{ n: 10 }])
})

test('a save during a slow step cancels it with all it started, and leads to one finished build; and what SIGKILL leaves', async () => {
  const root = project(
    { 'slow.sh': `if [ -e slow ]; then exec node ${stepProgram('spawn-grandchild.js')}; fi`, slow: '' },
    { steps: [{ name: 'slow', run: 'sh slow.sh' }] },
  )
  const watch = startWatch(root)
  const startedByStep = async (): Promise<readonly number[]> => {
    const pids: number[] = []
    for (const word of ['leader', 'pid'])
      pids.push(Number((await watch.next('step-output', ({ line }) => line.startsWith(`${word} `))).line.split(' ')[1]))
    return pids
  }
  const pids = await startedByStep()
  expect(pids.map(isAlive)).toEqual([true, true])
  watch.mark()
  rmSync(join(root, 'slow'))
  writeFiles(root, { 'models/index.js': models(3) })
  await watch.next('build-cancelled')
  expect(pids.map(isAlive)).toEqual([false, false])
  expect((await watch.next('build-finished')).tables).toBe(3)
  await wave(watch, root)
  expect(watch.of('build-finished')).toHaveLength(1)
  expect(watch.of('build-cancelled')).toHaveLength(1)
  expect(watch.of('step-failed')).toEqual([])

  // Killed itself, the watch leaves no child behind, and the next one starts.
  watch.mark()
  writeFiles(root, { slow: '', 'models/index.js': models(4) })
  const left = await startedByStep()
  watch.child.kill('SIGKILL')
  await ended(watch.child)
  await until(() => !left.some(isAlive), 'the step and what it started are gone')
  rmSync(join(root, 'slow'))
  await ready(root)
})

test('the configuration: broken, mended, and changed', async () => {
  const root = project()
  const watch = await ready(root)
  writeFiles(root, { 'devdb.config.json': '{ "models": ' })
  expect((await watch.next('config-failed')).problem).toMatchObject({
    code: 'config-failed',
    file: join(root, 'devdb.config.json'),
  })
  watch.mark()
  writeFiles(root, { 'devdb.config.json': config({ steps: [{ name: 'say', run: 'echo said' }] }) })
  expect((await watch.next('config-loaded')).steps).toEqual(['say'])
  await watch.next('step-output', ({ line }) => line === 'said')
  await watch.next('build-finished')
  watch.mark()
  writeFiles(root, { 'models/index.js': models(7) })
  expect((await watch.next('build-finished')).tables).toBe(7)
  watch.mark()
  // Broken again, and mended by another way of saving.
  writeFiles(root, { 'devdb.config.json': '{}' })
  expect((await watch.next('config-failed')).problem.code).toBe('config-invalid')
  watch.mark()
  writeFiles(root, { 'devdb.config.json.tmp': config() })
  renameSync(join(root, 'devdb.config.json.tmp'), join(root, 'devdb.config.json'))
  await watch.next('build-finished')
  expect(await watch.quit()).toBe(130)
})

test('a configuration in TypeScript that exits, and what it imports', async () => {
  const root = project({ 'setting.ts': `export const dev: string = 'sqlite:dev.db'` })
  rmSync(join(root, 'devdb.config.json'))
  const good = `import { dev } from './setting.ts'\nexport default { models: './models/index.js', migrations: './migrations', dev }\n`
  writeFiles(root, { 'devdb.config.ts': good })
  const watch = await ready(root)
  writeFiles(root, { 'devdb.config.ts': `${good}process.exit(3)\n` })
  expect((await watch.next('config-failed')).problem).toMatchObject({
    code: 'config-failed',
    file: join(root, 'devdb.config.ts'),
    line: 3,
  })
  watch.mark()
  writeFiles(root, { 'devdb.config.ts': good })
  await watch.next('build-finished')
  watch.mark()
  writeFiles(root, { 'setting.ts': `export const dev: string = 'sqlite:other.db'` })
  expect((await watch.next('config-loaded')).dev).toBe('other.db')
})

test('migrations that come and go, and a dev database that others make and write, refresh the board', async () => {
  const root = project({ 'migrations/20260101-a.js': migration('a') })
  const dev = join(root, 'dev.db')
  const watch = await ready(root)
  writeFiles(root, { 'migrations/20260102-b.js': migration('b') })
  const names = (event: { readonly board: { readonly migrations: readonly { readonly name: string }[] } }): string =>
    event.board.migrations.map(({ name }) => name).join(' ')
  await watch.next('board-read', (event) => names(event) === '20260101-a.js 20260102-b.js')
  rmSync(join(root, 'migrations/20260101-a.js'))
  await watch.next('board-read', (event) => names(event) === '20260102-b.js')
  watch.mark()
  await sql(dev, 'CREATE TABLE SequelizeMeta (name PRIMARY KEY)', "INSERT INTO SequelizeMeta VALUES ('20260102-b.js')")
  await watch.next('board-read', ({ board }) => board.exists && board.migrations[0]?.state === 'applied')
  watch.mark()
  await sql(dev, 'PRAGMA journal_mode = WAL', "INSERT INTO SequelizeMeta VALUES ('20250101-gone.js')")
  await watch.next('board-read', ({ board }) => board.migrations.some(({ state }) => state === 'missing'))
  watch.mark()
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${dev}${suffix}`, { force: true })
  await watch.next('board-read', ({ board }) => !board.exists)
  expect(watch.of('build-started')).toEqual([])
})

test('a second watch says who watches already', async () => {
  const root = project()
  const first = await ready(root)
  const second = startWatch(root)
  const text: string[] = []
  second.child.stderr!.on('data', (chunk) => text.push(String(chunk)))
  await ended(second.child)
  await until(() => text.join('').includes(String(first.child.pid)), 'the process id of the first')
  expect(second.child.exitCode).toBe(1)
  expect(second.events).toEqual([])
  expect(await first.quit()).toBe(130)
  await ready(root)
})

test('a watch that is killed while a model loops for ever leaves no child behind', async () => {
  const root = project({ 'models/index.js': `require('fs').writeFileSync('pid', String(process.pid)); for (;;) {}` })
  const watch = startWatch(root)
  const file = join(root, 'pid')
  await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '', 'the model loops')
  const pid = Number(readFileSync(file, 'utf8'))
  watch.child.kill('SIGKILL')
  await until(() => !isAlive(pid), 'the looping child is gone')
})

test('Ctrl-C during a build ends at once, with all that runs', async () => {
  const root = project({}, { steps: [{ name: 'slow', run: ['node', stepProgram('ignore-sigterm.js')] }] })
  const watch = startWatch(root)
  const { line } = await watch.next('step-output')
  const startedAt = Date.now()
  expect(await watch.quit()).toBe(130)
  expect(Date.now() - startedAt).toBeLessThan(5000)
  expect(isAlive(Number(line.split(' ')[1]))).toBe(false)
  expect(existsSync(join(root, '.devdb/build/build.db'))).toBe(false)
})
