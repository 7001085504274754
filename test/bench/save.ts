/** The group `save`: from a save to a fresh, seeded throwaway, against what people do by hand and against SQLite itself. */
import assert from 'node:assert/strict'
import { type BenchProject, makeBenchProject } from './bench-project.ts'
import type { BenchSetting } from './bench-setting.ts'
import { runByHand } from './by-hand.ts'
import { checkBuild } from './check-build.ts'
import { type Figure, figureOf, type Goal, type Pair } from './figure.ts'
import { type BenchWatch, openWatch, type Saved } from './open-watch.ts'
import { runSequelizeCli } from './sequelize-cli.ts'
import { openSqliteProgram } from './sqlite-program.ts'

const handName = 'by hand: rm, sync(), bulkCreate'
const cliName = 'sequelize-cli: rm, db:migrate, db:seed:all'

/** Measures all cases. @throws AssertionError when a database is not what it should be */
export async function measureSave(setting: BenchSetting): Promise<readonly Figure[]> {
  const [few, many] = setting.isQuick ? [100, 1000] : [1000, 20_000]
  return [
    ...(await measureAdded(setting, { step: 'sql', rows: few, faster: 10 })),
    ...(await measureAdded(setting, { step: 'module', rows: few, faster: 5 })),
    ...(await measureMany(setting, many)),
    ...(await measureLayers(setting, many)),
  ]
}

const modelsOf = ({ isQuick }: BenchSetting): number => (isQuick ? 10 : 50)

/** What is measured in one run; the yardsticks right after the save. */
interface Run {
  readonly saved: Saved
  readonly hand: number
  readonly cli: number
  readonly sqlite: number
}

/** A save that adds a column, against all three yardsticks. */
async function measureAdded(
  setting: BenchSetting,
  { step, rows, faster }: { readonly step: 'sql' | 'module'; readonly rows: number; readonly faster: number },
): Promise<readonly Figure[]> {
  const models = modelsOf(setting)
  const project = await makeBenchProject(setting.folder, { name: `${step}-${rows}`, models, rows, step })
  const program = await openSqliteProgram(project)
  const runs: Run[] = []
  try {
    await eachSave(setting, project, async (watch, column) => {
      const saved = await addColumn(project, watch, column)
      const hand = await checked(project, column, await runByHand(project))
      const cli = await checked(project, column, await runSequelizeCli(project, column))
      const sqlite = await checked(project, column, await program.run())
      runs.push({ saved, hand, cli, sqlite })
    })
  } finally {
    await program.close()
  }
  const name = `a column more, ${models} models, ${rows} rows by ${step}`
  const goal: Goal = { kind: 'faster', factor: faster }
  const pairs = (yardstick: (run: Run) => number): readonly Pair[] =>
    runs.map((run) => ({ devdb: run.saved.readyMs, yardstick: yardstick(run) }))
  const figures = [
    figureOf(
      { group: 'save', name, yardstick: handName, goal },
      pairs(({ hand }) => hand),
    ),
    figureOf(
      { group: 'save', name, yardstick: cliName, goal },
      pairs(({ cli }) => cli),
    ),
  ]
  const work = runs.map(({ saved, sqlite }) => ({ devdb: saved.workMs, yardstick: sqlite }))
  const workCase = {
    group: 'save',
    name: `${name}, after the file event`,
    yardstick: 'sqlite3 program, models in a warm Node',
    goal: step === 'sql' ? ({ kind: 'within', factor: 2 } as const) : null,
  } as const
  return [...figures, figureOf(workCase, work)]
}

async function measureMany(setting: BenchSetting, rows: number): Promise<readonly Figure[]> {
  const models = modelsOf(setting)
  const project = await makeBenchProject(setting.folder, { name: `sql-${rows}`, models, rows, step: 'sql' })
  const pairs: Pair[] = []
  await eachSave(setting, project, async (watch, column) => {
    const { readyMs } = await addColumn(project, watch, column)
    pairs.push({ devdb: readyMs, yardstick: await checked(project, column, await runByHand(project)) })
  })
  const name = `a column more, ${models} models, ${rows} rows by sql`
  return [figureOf({ group: 'save', name, yardstick: handName, goal: { kind: 'faster', factor: 10 } }, pairs)]
}

/** What layers are for: a save that changes no DDL, and the way back to the earlier model. */
async function measureLayers(setting: BenchSetting, rows: number): Promise<readonly Figure[]> {
  const models = modelsOf(setting)
  const project = await makeBenchProject(setting.folder, { name: `module-${rows}`, models, rows, step: 'module' })
  const file = project.file(`models/${project.saved}.js`)
  const unchanged: Pair[] = []
  const back: Pair[] = []
  await eachSave(setting, project, async (watch, column) => {
    const added = await addColumn(project, watch, column)
    const commented = await watch.save(file, `${project.model(column)}// ${column} is for later\n`)
    await watch.idle()
    assert.equal(commented.finished.unchanged, true)
    await checkBuild(project, project.throwaway, column)
    const restored = await watch.save(file, project.model())
    await watch.idle()
    assert.equal(restored.finished.unchanged, false)
    await checkBuild(project, project.throwaway, null)
    unchanged.push({ devdb: commented.readyMs, yardstick: added.readyMs })
    back.push({ devdb: restored.readyMs, yardstick: added.readyMs })
  })
  const yardstick = 'a save that adds a column there'
  const cases = [
    { name: `no DDL changed, ${rows} rows by module`, factor: 8, pairs: unchanged },
    { name: `back to the earlier model, ${rows} rows by module`, factor: 6, pairs: back },
  ]
  return cases.map(({ name, factor, pairs }) =>
    figureOf({ group: 'save', name, yardstick, goal: { kind: 'faster', factor } }, pairs),
  )
}

/** How many saves are not counted: code that ran once is slower than it will be. */
const warmUps = 2

/** Opens a watch, and calls `measure` with the name of a column that no build had before, as often as asked and twice more before that counts. */
async function eachSave(
  { runs, tell }: BenchSetting,
  project: BenchProject,
  measure: (watch: BenchWatch, column: string) => Promise<void>,
): Promise<void> {
  const watch = await openWatch(project.root)
  try {
    for (let warmUp = 0; warmUp < warmUps; warmUp++) await addColumn(project, watch, `note_warm_${warmUp}`)
    for (let run = 0; run < runs; run++) {
      tell(`save: ${project.name}, run ${run + 1} of ${runs}`)
      await measure(watch, `note_${run}`)
    }
  } finally {
    await watch.close()
  }
}

async function addColumn(project: BenchProject, watch: BenchWatch, column: string): Promise<Saved> {
  const saved = await watch.save(project.file(`models/${project.saved}.js`), project.model(column))
  await watch.idle()
  assert.equal(saved.finished.unchanged, false)
  await checkBuild(project, project.throwaway, column)
  return saved
}

/** @returns the time of a yardstick whose database is right */
async function checked(
  project: BenchProject,
  column: string,
  { ms, database }: { readonly ms: number; readonly database: string },
): Promise<number> {
  await checkBuild(project, database, column)
  return ms
}
