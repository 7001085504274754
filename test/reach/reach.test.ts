/**
 * No command lets code of the project reach dev. One project goes all ways at once, in each place that runs its code; each way leaves a row,
 * so that a run of a command shows for every way that dev has none, and where it went instead.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dump, execute, query } from '../end-to-end/database.ts'
import { copyProject, type Run, type TinyProject } from '../end-to-end/project.ts'

const { ways, refused } = createRequire(import.meta.url)(join(import.meta.dirname, 'project/reach.js')) as {
  readonly ways: readonly string[]
  readonly refused: readonly string[]
}

const devSql = `CREATE TABLE SequelizeMeta (name VARCHAR(255) NOT NULL UNIQUE PRIMARY KEY);
CREATE TABLE marks (id INTEGER PRIMARY KEY, place VARCHAR(255), way VARCHAR(255));
INSERT INTO SequelizeMeta VALUES ('20260101-marks.js');
INSERT INTO marks (place, way) VALUES ('mine', 'one'), ('mine', 'two');`

/** Commands that only look, and the place in which they go all ways. */
const looking = {
  doctor: 'migration',
  check: 'migration',
  'check --staged': 'migration',
  diff: 'migration',
  'status --fresh': 'migration',
  drift: 'migration',
  rehearse: 'migration',
  'generate -m more --on-top': 'migration',
  reset: 'step',
  'exec -- node reach.js exec': 'exec',
} as const

/** Commands that change dev, each once. */
const changing = ['upgrade', 'downgrade', 'reset --dev'] as const

/** One way that was gone. */
interface Went {
  readonly place: string
  readonly way: string
  readonly result: string
}

describe.each(['delete', 'wal'])('in journal mode %s', (mode) => {
  let project: TinyProject
  let before: readonly string[]
  const dev = (): string => project.file('dev.sqlite')
  const rows = async (file: string, place: string): Promise<readonly string[]> =>
    (await query(file, `SELECT way FROM marks WHERE place = '${place}' ORDER BY way`)).map(({ way }) => String(way))

  beforeAll(async () => {
    project = copyProject('test/reach/project')
    project.write({ '.gitignore': 'node_modules\ndev.sqlite*\nreach.log\n' })
    await execute(dev(), devSql)
    await execute(dev(), `PRAGMA journal_mode = ${mode}`)
    before = await dump(dev())
    execFileSync('git', ['init', '-q'], { cwd: project.root })
    execFileSync('git', ['add', '.'], { cwd: project.root })
  })
  afterAll(() => project.remove())

  /** Runs a command that has to replay the migrations. @returns what went which way, too */
  async function run(command: string, env: NodeJS.ProcessEnv = {}): Promise<Run & { readonly went: readonly Went[] }> {
    rmSync(project.file('.devdb/shadow'), { recursive: true, force: true })
    project.write({ 'reach.log': '' })
    const setting = { env: { ...env, REACH_LOG: project.file('reach.log') } }
    const ended = await (command.startsWith('exec') ? project.plain(command, setting) : project.devdb(command, setting))
    const lines = project.read('reach.log').split('\n')
    return { ...ended, went: lines.flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Went])) }
  }

  test.each(Object.entries(looking))('%s leaves dev as it is', async (command, place) => {
    const model = project.read('models/mark.js')
    if (command.startsWith('generate'))
      project.write({ 'models/mark.js': model.replace('way: D', 'more: DataTypes.STRING, way: D') })
    const { went, json, stderr } = await run(command)
    project.write({ 'models/mark.js': model })
    if (typeof json?.file === 'string') rmSync(json.file)
    expect(json?.problem ?? null, stderr).toBeNull()
    expect(await dump(dev())).toEqual(before)
    // A hard link needs a file, and dev is not staged.
    expectAllWays(went, place, command === 'check --staged' ? ways.filter((way) => way !== 'hard link') : ways)
  })

  test('what steps, seeders, hooks and the command of exec wrote is in the throwaway, from the first run on', async () => {
    const throwaway = project.file('.devdb/throwaway.db')
    for (const place of ['step', 'exec'])
      expect(await rows(throwaway, place)).toEqual([...ways, ...(place === 'step' ? ['sequelize-cli'] : [])].sort())
    const others = { seeder: ['models of the application'], 'own seeder': ['new Sequelize', 'relative path'] }
    for (const [place, own] of Object.entries(others)) expect(await rows(throwaway, place)).toEqual(own)
    await run('reset --no-cache')
    for (const [place, own] of Object.entries(others)) expect(await rows(throwaway, place)).toEqual(own)
    expect(await rows(throwaway, 'hook')).toEqual(['Node program', 'absolute path'])
    expect(await dump(dev())).toEqual(before)
  })

  test('what cannot be diverted is noticed and named, the command fails, and the snapshot brings dev back', async () => {
    const harms = [
      ['check', 'migration', 'migration 20260102-reach.js ran'],
      ['rehearse', 'migration', 'migration 20260102-reach.js ran'],
      ['reset --no-cache', 'step', 'step "command" ran'],
    ] as const
    for (const [command, place, doing] of mode === 'wal' ? harms.slice(0, 1) : harms) {
      const { exit, json } = await run(command, { REACH_HARM: place })
      expect([command, exit, json.problem?.code]).toEqual([command, 1, 'dev-touched'])
      expect(json.problem.message).toContain(`dev.sqlite changed while ${doing} (`)
      expect(await rows(dev(), place)).not.toEqual([])
      const [restore = ''] = /snapshot restore \S+/.exec(json.problem.hint) ?? []
      expect(await run(`${restore} --yes`)).toMatchObject({ exit: 0 })
      expect(await dump(dev())).toEqual(before)
    }
  })

  test('a migration that goes all ways changes dev once, with the change that it is part of', async () => {
    expect((await run('upgrade')).json).toMatchObject({ applied: ['20260102-reach.js'] })
    expect(await rows(dev(), 'migration')).toEqual([...ways].sort())
    expect(await rows(dev(), 'mine')).toEqual(['one', 'two'])
    expect((await run('downgrade --yes')).json).toMatchObject({ reverted: ['20260102-reach.js'] })
    expect(await dump(dev())).toEqual(before)
    expect((await run('reset --dev --yes')).exit).toBe(0)
    expect([await rows(dev(), 'migration'), await rows(dev(), 'mine')]).toEqual([[...ways].sort(), []])
    expect((await run('undo --yes')).exit).toBe(0)
    expect(await dump(dev())).toEqual(before)
  })
})

test('the README promises what is tried here', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
  const [, promised = ''] = /<!-- reach -->\n(.*?)\n<!-- \/reach -->/s.exec(readme) ?? []
  const commands = [...Object.keys(looking), ...changing].map(
    (command) => `\`${command.replace(/ (?:-m|--) .*/, '')}\``,
  )
  expect(promised.replaceAll('\n', ' ')).toBe(
    `Tried, in both journal modes, with ${commands.join(', ')}, and each of these ways: ${ways.join('; ')}. SQL that opens dev by itself is refused: ${refused.join('; ')}.`,
  )
})

function expectAllWays(went: readonly Went[], place: string, wanted: readonly string[]): void {
  const here = went.filter((one) => one.place === place)
  const done = here.filter(({ result }) => result === 'ok').map(({ way }) => way)
  expect([...new Set(done)].sort()).toEqual([...wanted].sort())
  const others = here.filter(({ result, way }) => result !== 'ok' && !ways.includes(way))
  expect([...new Set(others.map(({ way }) => way))].sort()).toEqual([...refused].sort())
  for (const { result } of others) expect(result).toContain('devdb keeps the dev database out of reach')
}
