import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { dialectNamed } from '../../src/dialect/find-dialect.ts'
import { fileStates, findModelFiles } from '../../src/engine/inputs.ts'
import { openKeep } from '../../src/engine/kept-json.ts'
import { keepLastBuild, readLastBuild, readThrowawayStatus } from '../../src/engine/last-build.ts'
import { removeLeftovers } from '../../src/engine/leftovers.ts'
import { openTimings } from '../../src/engine/timings.ts'
import type { Problem } from '../../src/error.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

const warnings: Problem[] = []
const keep = openKeep((warning) => warnings.push(warning))

const problem = { code: 'model-failed', message: 'no good' } as const

async function project(): Promise<{
  readonly root: string
  readonly config: Config
  state(): Promise<string>
  build(): Promise<void>
}> {
  const root = tempFolder()
  writeFiles(root, { 'models/a.js': 'a', 'models/b.js': 'b', 'seed.sql': '', 'repos/x': '' })
  const exported = {
    models: './models/*.js',
    migrations: 'm',
    dev: 'sqlite:dev.db',
    steps: [{ sql: 'seed.sql', inputs: ['repos/*'] }],
  }
  const config = evaluateConfig(exported, join(root, 'devdb.config.js'), [])
  const dialect = dialectNamed(config.dev.dialect, root)
  return {
    root,
    config,
    state: async () => (await readThrowawayStatus(config, dialect)).state,
    async build() {
      mkdirSync(config.folder, { recursive: true })
      writeFileSync(config.throwaway.storage!, 'x')
      const states = await fileStates([
        ...(await findModelFiles(config)),
        join(root, 'seed.sql'),
        join(root, 'repos/x'),
      ])
      const inputs = Object.fromEntries([...states].map(([path, { hash }]) => [path.slice(root.length + 1), hash]))
      keepLastBuild({ config, keep }, { good: { at: 5, ms: 6, tables: 7, inputs }, problem: null })
    },
  }
}

test('absent, ready, stale by each kind of input, failed', async () => {
  const { root, config, state, build } = await project()
  expect(await state()).toBe('absent')
  keepLastBuild({ config, keep }, { good: null, problem })
  expect(await state()).toBe('failed')
  await build()
  expect(await state()).toBe('ready')
  for (const [path, text] of [
    ['models/a.js', 'other'],
    ['seed.sql', 'SELECT 1'],
    ['repos/x', 'other'],
    ['models/new.js', ''],
    ['repos/new', ''],
  ] as const) {
    writeFiles(root, { [path]: text })
    expect([path, await state()]).toEqual([path, 'stale'])
    if (path.includes('new')) rmSync(join(root, path))
    else await build()
  }
  expect(await state()).toBe('ready')
  rmSync(join(root, 'models/b.js'))
  expect(await state()).toBe('stale')
  await build()
  keepLastBuild({ config, keep }, { ...readLastBuild(config.folder), problem })
  expect(await state()).toBe('stale')
  rmSync(config.throwaway.storage!)
  expect(await state()).toBe('failed')
})

test('a torn record counts as none', async () => {
  const { config, state, build } = await project()
  await build()
  for (const text of ['', '{"good": {"at"', 'null', '5', '{"good":{}}']) {
    writeFileSync(join(config.folder, 'build.json'), text)
    expect([text, await state()]).toEqual([text, 'absent'])
  }
})

test('durations outlive the process, torn files do no harm, and nothing else is left', () => {
  const folder = join(tempFolder(), '.devdb')
  const timings = openTimings(folder, keep)
  expect(timings.get('build')).toBeNull()
  timings.set('build', 12)
  timings.save()
  expect(openTimings(folder, keep).all()).toEqual({ build: 12 })
  expect(readdirSync(folder)).toEqual(['timings.json'])
  for (const text of ['{"build"', 'null', '[]', '{"build":"x"}']) {
    writeFileSync(join(folder, 'timings.json'), text)
    expect([text, openTimings(folder, keep).get('build')]).toEqual([text, null])
  }
})

test('a fact that cannot be written is gone, and one warning says so until a write succeeds', () => {
  const folder = join(tempFolder(), '.devdb')
  mkdirSync(folder)
  // Longer names than a file system takes, once something is added to them.
  const [fact, blocked] = [join(folder, `fact${'-'.repeat(245)}.json`), join(folder, `blocked${'-'.repeat(243)}.json`)]
  warnings.length = 0
  writeFileSync(fact, '{ "is": "true" }')
  keep(fact, { is: 'another' })
  keep(blocked, {})
  expect(readdirSync(folder)).toEqual([])
  expect(warnings).toMatchObject([{ code: 'file-failed', message: expect.stringContaining('.devdb/fact-') }])
  keep(join(folder, 'other.json'), {})
  keep(blocked, {})
  expect(warnings).toHaveLength(2)
})

test('what killed processes left in the folder goes, what running ones have there stays', () => {
  const folder = join(tempFolder(), '.devdb')
  const names = (pid: number): readonly string[] => [
    `build.json.${pid}.new`,
    `.${pid}.devdb-build`,
    `practice-${pid}.db`,
  ]
  // No process has that id: https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html, pid_max
  const dead = 2 ** 22 + 1
  writeFiles(folder, Object.fromEntries([...names(dead), ...names(process.pid), 'other.new'].map((name) => [name, ''])))
  writeFiles(join(folder, 'shadow'), { [`chain.json.${dead}.new`]: '' })
  removeLeftovers(folder)
  expect(readdirSync(folder).sort()).toEqual([...names(process.pid), 'other.new', 'shadow'].sort())
  expect(readdirSync(join(folder, 'shadow'))).toEqual([])
})
