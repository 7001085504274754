/** The group `dev`: rehearsal, snapshot and restore of dev databases of 1 to 1,000 MB, against `cp` of the same file. */
import assert from 'node:assert/strict'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { execute, query } from '../end-to-end/database.ts'
import { type BenchProject, executable, makeBenchProject } from './bench-project.ts'
import type { BenchSetting } from './bench-setting.ts'
import { type Figure, figureOf, type Pair } from './figure.ts'
import { runProgram } from './run-program.ts'

/** Adds a column to a table that is small; what most migrations do. */
const smallMigration = `exports.up = ({ context }) => context.sequelize.query('ALTER TABLE model_3 ADD COLUMN note TEXT')
exports.down = ({ context }) => context.sequelize.query('ALTER TABLE model_3 DROP COLUMN note')
`

/** Writes to every row of the large table, and back: all of it has to be compared. */
const largeMigration = `exports.up = ({ context }) => context.sequelize.query('UPDATE visits SET hits = hits + 1')
exports.down = ({ context }) => context.sequelize.query('UPDATE visits SET hits = hits - 1')
`

const pendingName = 'migrations/20260201000000-pending.js'

/** What of a large database is measured, each of which is followed by a `cp`. */
interface DevCase {
  readonly name: string
  /** Runs it once, and looks whether it is right. @returns how long it took, in milliseconds */
  run(dev: LargeDev): Promise<number>
}

interface LargeDev {
  readonly project: BenchProject
  readonly rows: number
  devdb(...words: readonly string[]): Promise<{ readonly ms: number; readonly json: Answer }>
}

/** As much of the commands' documents as is looked at. */
interface Answer {
  readonly snapshot?: string
  readonly restored?: string
  readonly saved?: string
  readonly migrations?: readonly {
    readonly up: Stage
    readonly down: Stage
    readonly redo: Stage
    readonly lost: readonly unknown[]
  }[]
}

interface Stage {
  readonly result: string
}

const cases: readonly DevCase[] = [
  { name: 'rehearsal, a small table', run: (dev) => rehearse(dev, smallMigration) },
  { name: 'rehearsal, every row', run: (dev) => rehearse(dev, largeMigration) },
  { name: 'snapshot save', run: save },
  { name: 'snapshot restore', run: restore },
]

/** Measures all cases at all sizes; each command in a process of its own, as people call it. */
export async function measureDev(setting: BenchSetting): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const megabytes of setting.isQuick ? [1] : [1, 100, 1000]) {
    figures.push(...(await measureAt(setting, megabytes)))
  }
  return figures
}

async function measureAt({ runs, folder, tell }: BenchSetting, megabytes: number): Promise<readonly Figure[]> {
  tell(`dev: a database of ${megabytes} MB`)
  const dev = await makeLargeDev(folder, megabytes)
  const { project } = dev
  // A gigabyte is copied a dozen times in each run.
  const count = megabytes >= 1000 ? Math.min(runs, 3) : runs
  const figures: Figure[] = []
  try {
    for (const { name, run } of cases) {
      const pairs: Pair[] = []
      for (let index = 0; index < count; index++) {
        tell(`dev: ${name}, ${megabytes} MB, run ${index + 1} of ${count}`)
        const devdb = await run(dev)
        rmSync(project.file('copy.db'), { force: true })
        const { ms } = await runProgram(['cp', 'dev.db', 'copy.db'], { cwd: project.root })
        assert.equal(statSync(project.file('copy.db')).size, statSync(project.file('dev.db')).size)
        pairs.push({ devdb, yardstick: ms })
      }
      const named = { group: 'dev', name: `${name}, ${megabytes} MB`, yardstick: 'cp of the file', goal: null } as const
      figures.push(figureOf(named, pairs))
    }
    return figures
  } finally {
    rmSync(project.root, { recursive: true, force: true })
  }
}

async function makeLargeDev(folder: string, megabytes: number): Promise<LargeDev> {
  const project = await makeBenchProject(folder, { name: `dev-${megabytes}`, models: 10, rows: 200, step: 'sql' })
  // A row takes about a kilobyte; the small tables take the rest.
  const rows = megabytes * 960
  await execute(
    project.file('dev.db'),
    `CREATE TABLE visits (id INTEGER PRIMARY KEY, hits INTEGER NOT NULL, page TEXT NOT NULL);
    WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${rows})
    INSERT INTO visits SELECT n, n % 100, hex(randomblob(500)) FROM counted;`,
  )
  return {
    project,
    rows,
    async devdb(...words) {
      const { ms, stdout } = await runProgram([process.execPath, executable, ...words, '--json'], { cwd: project.root })
      return { ms, json: JSON.parse(stdout) as Answer }
    },
  }
}

async function rehearse({ project, devdb }: LargeDev, migration: string): Promise<number> {
  writeFileSync(project.file(pendingName), migration)
  const { ms, json } = await devdb('rehearse')
  rmSync(project.file(pendingName))
  const [one] = json.migrations ?? []
  assert.deepEqual([one?.up.result, one?.down.result, one?.redo.result], ['ok', 'ok', 'ok'])
  return ms
}

async function save({ project, rows, devdb }: LargeDev): Promise<number> {
  const { ms, json } = await devdb('snapshot', 'save')
  const { snapshot = '' } = json
  assert.equal(await countVisits(project.file(`.devdb/snapshots/${snapshot}.db`)), rows)
  await devdb('snapshot', 'delete', snapshot, '--yes')
  return ms
}

/** What was written after the snapshot must be gone afterwards, and be kept in the snapshot of right before. */
async function restore({ project, rows, devdb }: LargeDev): Promise<number> {
  const { snapshot = '' } = (await devdb('snapshot', 'save')).json
  await execute(project.file('dev.db'), "INSERT INTO visits (hits, page) VALUES (1, 'later')")
  const { ms, json } = await devdb('snapshot', 'restore', snapshot, '--yes')
  assert.equal(await countVisits(project.file('dev.db')), rows)
  const { saved = '' } = json
  assert.equal(await countVisits(project.file(`.devdb/snapshots/${saved}.db`)), rows + 1)
  for (const id of [snapshot, saved]) await devdb('snapshot', 'delete', id, '--yes')
  return ms
}

async function countVisits(file: string): Promise<number> {
  const [row] = await query(file, 'SELECT count(*) AS count FROM visits')
  return Number(row?.count)
}
