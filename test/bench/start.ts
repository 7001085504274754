/** The group `start`: how long one-shot commands take in a process of their own, against Node with nothing but the libraries. */
import assert from 'node:assert/strict'
import { type BenchProject, executable, makeBenchProject } from './bench-project.ts'
import type { BenchSetting } from './bench-setting.ts'
import { checkBuild } from './check-build.ts'
import { type Figure, figureOf, type Goal, type Pair } from './figure.ts'
import { runProgram } from './run-program.ts'

interface Start {
  readonly words: readonly string[]
  readonly yardstick: Yardstick
  readonly goal: Goal | null
  /** Whether what it printed is right. */
  readonly check: (stdout: string, project: BenchProject) => Promise<void> | void
}

interface Yardstick {
  readonly name: string
  readonly code: string
}

const bare: Yardstick = { name: 'node -e 0', code: '0' }

const libraries: Yardstick = {
  name: 'node -e, loads Sequelize, Umzug, sqlite3',
  code: "require('sequelize'); require('umzug'); require('sqlite3')",
}

const reset: Pick<Start, 'yardstick' | 'goal' | 'check'> = {
  yardstick: libraries,
  goal: null,
  async check(stdout, project) {
    assert.equal(JSON.parse(stdout).throwaway.tables, project.models)
    await checkBuild(project, project.throwaway, null)
  },
}

const starts: readonly Start[] = [
  {
    words: ['--help'],
    yardstick: bare,
    goal: { kind: 'within', factor: 2 },
    check: (stdout) => assert.match(stdout, /Usage: devdb[\s\S]*upgrade/),
  },
  {
    words: ['status', '--json'],
    yardstick: libraries,
    goal: { kind: 'within', factor: 1.5 },
    check(stdout) {
      const { throwaway, dev, models } = JSON.parse(stdout)
      assert.deepEqual([throwaway.state, dev.migrations.length, models.state], ['ready', 1, 'known'])
    },
  },
  { words: ['reset', '--json'], ...reset },
  { words: ['reset', '--no-cache', '--json'], ...reset },
]

/** Measures all commands, in a project with 50 models and 1,000 rows whose throwaway is ready. */
export async function measureStart({ runs, isQuick, folder, tell }: BenchSetting): Promise<readonly Figure[]> {
  const models = isQuick ? 10 : 50
  const project = await makeBenchProject(folder, { name: 'start', models, rows: 20 * models, step: 'sql' })
  const run = (words: readonly string[]) => runProgram([process.execPath, ...words], { cwd: project.root })
  await run([executable, 'reset', '--json'])
  const figures: Figure[] = []
  for (const { words, yardstick, goal, check } of starts) {
    tell(`start: devdb ${words.join(' ')}`)
    const pairs: Pair[] = []
    for (let count = 0; count <= runs; count++) {
      const { ms, stdout } = await run([executable, ...words])
      await check(stdout, project)
      const compared = await run(['-e', yardstick.code])
      // The first ones may have to read their files from the disk.
      if (count > 0) pairs.push({ devdb: ms, yardstick: compared.ms })
    }
    const name = `devdb ${words.filter((word) => word !== '--json').join(' ')}, ${models} models`
    figures.push(figureOf({ group: 'start', name, yardstick: yardstick.name, goal }, pairs))
  }
  return figures
}
