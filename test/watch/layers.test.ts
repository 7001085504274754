/** What a watch need not do again: layers restored and left alone, and never a wrong one. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { execute, query } from '../end-to-end/database.ts'
import { executable, type Files, makeProject, type TinyProject } from '../end-to-end/project.ts'
import { startWatch, type WatchRun } from '../watch-run.ts'

/** What each part of the project says; all that a build makes follows from it. */
interface Parts {
  readonly column: string
  readonly comment: string
  readonly seed: string
  readonly library: string
  readonly input: string
}

const first: Parts = { column: 'colour', comment: 'one', seed: 'a', library: 'b', input: 'c' }

const filesOf = ({ column, comment, seed, library, input }: Parts): Files => ({
  'models/user.js': `// ${comment}
module.exports = (sequelize, DataTypes) =>
  sequelize.define('user', { name: DataTypes.STRING, ${column}: DataTypes.STRING }, { timestamps: false })\n`,
  'seed.sql': `INSERT INTO users (name) VALUES ('${seed}');`,
  'library.js': `exports.name = '${library}'`,
  'seeder.js': `const { name } = require('./library.js')
exports.up = (queryInterface) => queryInterface.bulkInsert('users', [{ name }])`,
  'input.txt': input,
  'step.cjs': `const { readFileSync, writeFileSync } = require('node:fs')
const sqlite3 = require('sqlite3')
const name = readFileSync('input.txt', 'utf8')
new sqlite3.Database(process.env.DATABASE_URL.slice('sqlite:'.length)).run('INSERT INTO users (name) VALUES (?)', name)
console.log('said ' + name)`,
})

const steps = [
  { name: 'sql', sql: 'seed.sql' },
  { name: 'module', module: './seeder.js' },
  { name: 'run', run: ['node', 'step.cjs'], inputs: ['input.txt', 'step.cjs'] },
]

async function layered(): Promise<TinyProject> {
  const project = await makeProject({
    files: { 'models/note.js': null, migrations: null, ...filesOf(first) },
    config: { steps },
  })
  onTestFinished(() => project.remove())
  return project
}

const columnsIn = async ({ file }: TinyProject): Promise<readonly unknown[]> =>
  (await query(file('.devdb/throwaway.db'), 'PRAGMA table_info(users)')).map(({ name }) => name)

const content = async (project: TinyProject): Promise<unknown> => ({
  columns: await columnsIn(project),
  names: (await query(project.file('.devdb/throwaway.db'), 'SELECT name FROM users ORDER BY id')).map(
    ({ name }) => name,
  ),
})

const expected = ({ column, seed, library, input }: Parts): unknown => ({
  columns: ['id', 'name', column],
  names: [seed, library, input],
})

/** What of the first build that came to its end came from a layer: `schema`, and the steps by name. One that a save overtakes tells some, too. */
function cachedIn(run: WatchRun): readonly string[] {
  const [finished] = run.of('build-finished')
  const isOfIt = ({ job }: { readonly job: string | null }): boolean => job === finished?.job
  return [
    ...run.of('schema-built').flatMap((event) => (isOfIt(event) && event.cached ? ['schema'] : [])),
    ...run.of('step-finished').flatMap((event) => (isOfIt(event) && event.cached ? [event.step] : [])),
  ]
}

async function save(run: WatchRun, project: TinyProject, files: Files): Promise<readonly string[]> {
  run.mark()
  project.write(files)
  await run.next('build-finished')
  return cachedIn(run)
}

const change = (parts: Partial<Parts>, path: string): Files => ({ [path]: filesOf({ ...first, ...parts })[path]! })

test('each save runs what comes after the deepest layer that still fits', async () => {
  const project = await layered()
  const run = startWatch(project.root)
  await run.next('build-finished')
  expect(cachedIn(run)).toEqual([])
  expect(await content(project)).toEqual(expected(first))

  // A comment changes nothing: not even what somebody wrote meanwhile.
  await execute(project.file('.devdb/throwaway.db'), "INSERT INTO users (name) VALUES ('mine')")
  expect(await save(run, project, change({ comment: 'two' }, 'models/user.js'))).toEqual([
    'schema',
    'sql',
    'module',
    'run',
  ])
  expect(run.of('build-finished')[0]).toMatchObject({ unchanged: true })
  expect(run.of('step-output')[0]).toMatchObject({ step: 'run', line: 'said c' })
  expect(await content(project)).toMatchObject({ names: ['a', 'b', 'c', 'mine'] })

  expect(await save(run, project, change({ column: 'shade' }, 'models/user.js'))).toEqual([])
  expect(await content(project)).toEqual(expected({ ...first, column: 'shade' }))
  // Going back is a restore.
  expect(await save(run, project, change({}, 'models/user.js'))).toEqual(['schema', 'sql', 'module', 'run'])
  expect(run.of('build-finished')[0]).toMatchObject({ unchanged: false })
  expect(await content(project)).toEqual(expected(first))

  expect(await save(run, project, change({ input: 'd' }, 'input.txt'))).toEqual(['schema', 'sql', 'module'])
  expect(await save(run, project, change({ library: 'e' }, 'library.js'))).toEqual(['schema', 'sql'])
  expect(await content(project)).toEqual(expected({ ...first, input: 'd', library: 'e' }))
  expect(await save(run, project, change({ seed: 'f' }, 'seed.sql'))).toEqual(['schema'])
  const changed = { ...first, input: 'd', library: 'e', seed: 'f' }
  expect(await content(project)).toEqual(expected(changed))

  // A seeder that needs the models is run again when one is saved.
  await save(run, project, { 'library.js': "require('./models/user.js')\nexports.name = 'b'" })
  expect(await save(run, project, change({ comment: 'two' }, 'models/user.js'))).toEqual(['schema', 'sql'])
  expect(await content(project)).toEqual(expected({ ...changed, library: 'b' }))
  await save(run, project, change({}, 'library.js'))

  // A command without inputs always runs, and all that follows it.
  const { inputs: _, ...command } = steps[2] as { readonly name: string; readonly inputs: unknown }
  const config = JSON.parse(project.read('devdb.config.json')) as Record<string, unknown>
  const reordered = JSON.stringify({ ...config, steps: [steps[0], command, steps[1]] })
  await save(run, project, { 'devdb.config.json': reordered })
  expect(await save(run, project, change({ comment: 'three' }, 'models/user.js'))).toEqual(['schema', 'sql'])
  expect(await content(project)).toMatchObject({ names: ['f', 'd', 'b'] })
})

test('reset uses the layers, and --no-cache does not; one that is not whole is made anew', async () => {
  const project = await layered()
  const cached = async (command: string): Promise<readonly boolean[]> => {
    const { exit, json } = await project.devdb(command)
    expect(exit).toBe(0)
    return (json.throwaway.steps as { readonly cached: boolean }[]).map((step) => step.cached)
  }
  expect(await cached('reset')).toEqual([false, false, false])
  await execute(project.file('.devdb/throwaway.db'), "INSERT INTO users (name) VALUES ('mine')")
  expect(await cached('reset')).toEqual([true, true, true])
  expect(await content(project)).toEqual(expected(first))
  expect(await cached('reset --no-cache')).toEqual([false, false, false])
  const folder = project.file('.devdb/layers')
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.db')) truncateSync(join(folder, name), statSync(join(folder, name)).size - 512)
  }
  expect(await cached('reset')).toEqual([false, false, false])
  expect(await content(project)).toEqual(expected(first))
  // A file that no index names was not finished.
  project.write({ '.devdb/layers/index.json': null })
  expect(await cached('reset')).toEqual([false, false, false])
  expect(JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')).layers).toHaveLength(4)
})

test('killed at any moment, a build leaves no layer that is half of one', async () => {
  const project = await layered()
  await project.devdb('reset')
  const random = prand(Number(process.env.DEVDB_SEED ?? 1))
  for (const [index, seed] of ['g', 'h', 'i', 'j'].entries()) {
    const parts = { ...first, seed, column: index % 2 === 0 ? 'shade' : 'colour' }
    project.write(filesOf(parts))
    const child = spawn(process.execPath, [executable, 'reset'], { cwd: project.root, stdio: 'ignore' })
    // A build takes about as long; where it has ended before, the next one restores what it left.
    setTimeout(() => child.kill('SIGKILL'), 150 + random() * 900)
    await once(child, 'exit')
    expect(await project.devdb('reset')).toMatchObject({ exit: 0 })
    expect(await content(project)).toEqual(expected(parts))
  }
})

/** Numbers from 0 to 1 that are the same for the same seed. */
function prand(seed: number): () => number {
  const numbers = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { numRuns: 50, seed })
  let index = 0
  return () => numbers[index++ % numbers.length]!
}

test('whatever is saved in whatever order, a build with layers is what one without would be', async () => {
  const project = await layered()
  const run = startWatch(project.root)
  await run.next('build-finished')
  const part = <Value extends string>(...values: readonly Value[]) => fc.constantFrom(...values)
  const parts = fc.record({
    column: part('colour', 'shade'),
    comment: part('one', 'two'),
    seed: part('a', 'f'),
    library: part('b', 'e'),
    input: part('c', 'd'),
  })
  const seed = Number(process.env.DEVDB_SEED ?? 1)
  let before: Parts = first
  for (const next of fc.sample(parts, { numRuns: 9, seed })) {
    if (JSON.stringify(next) === JSON.stringify(before)) continue
    run.mark()
    project.write(filesOf(next))
    // Saves that do not fall into one batch are followed by more than one build.
    for (let from = 0; JSON.stringify(await content(project)) !== JSON.stringify(expected(next)); from++) {
      await run.next('build-finished', (event) => event === run.of('build-finished')[from])
    }
    before = next
  }
})

test('going back is told before models are loaded; where they are others by then, it is built again', async () => {
  const project = await makeProject({
    files: { 'models/note.js': null, 'models/user.js': reading('one'), 'name.txt': 'colour' },
  })
  onTestFinished(() => project.remove())
  const run = startWatch(project.root)
  await run.next('build-finished')
  await save(run, project, { 'models/user.js': reading('two') })
  await save(run, project, { 'models/user.js': reading('one') })
  await run.next('output-captured')
  const seen = run.events.map(({ kind }) => kind)
  expect(seen.lastIndexOf('output-captured')).toBeGreaterThan(seen.lastIndexOf('build-finished'))
  expect(run.of('output-captured').map(({ line }) => line)).toEqual(['loaded with colour'])
  expect(run.of('build-started').map(({ reason }) => reason)).not.toContain(others)

  // Nobody tells the watch of this one.
  project.write({ 'name.txt': 'shade' })
  await save(run, project, { 'models/user.js': reading('two') })
  expect(run.of('build-finished')[0]).toMatchObject({ unchanged: true })
  await run.next('build-finished', ({ unchanged }) => !unchanged)
  expect(run.of('build-started').at(-1)).toMatchObject({ reason: others })
  expect(await columnsIn(project)).toEqual(['id', 'shade'])

  project.write({ 'name.txt': null })
  await save(run, project, { 'models/user.js': reading('one') })
  expect((await run.next('build-failed')).problem.message).toContain('name.txt')
})

const others = 'the models came to something else than before'

/** A model that is more than its files say. */
const reading = (comment: string): string => `// ${comment}
const column = require('node:fs').readFileSync('name.txt', 'utf8')
console.log('loaded with ' + column)
module.exports = (sequelize, DataTypes) =>
  sequelize.define('user', { [column]: DataTypes.STRING }, { timestamps: false })\n`
