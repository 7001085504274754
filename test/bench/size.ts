/** The group `size`: what a save costs for each model, from 10 to 500 of them. */
import { type BenchProject, makeBenchProject } from './bench-project.ts'
import type { BenchSetting } from './bench-setting.ts'
import { checkBuild } from './check-build.ts'
import { type Figure, figureOf } from './figure.ts'
import { type BenchWatch, openWatch, type Saved } from './open-watch.ts'

/** So many for each model, so that a model costs the same in each project. */
const rowsPerModel = 20

/** By how much the cost of a model may differ between two sizes and count as the same. */
const noise = 1.1

interface Opened {
  readonly project: BenchProject
  readonly watch: BenchWatch
  readonly saved: Saved[]
}

/** Measures all sizes in each run, the smaller one first. */
export async function measureSize({ runs, isQuick, folder, tell }: BenchSetting): Promise<readonly Figure[]> {
  const sizes = isQuick ? [10, 20] : [10, 50, 200, 500]
  const opened: Opened[] = []
  try {
    for (const models of sizes) {
      tell(`size: a project with ${models} models`)
      const wish = { name: `size-${models}`, models, rows: rowsPerModel * models, step: 'sql' } as const
      const project = await makeBenchProject(folder, wish)
      opened.push({ project, watch: await openWatch(project.root), saved: [] })
    }
    for (const one of opened) await addColumn(one, 'note_warm')
    for (let run = 0; run < runs; run++) {
      tell(`size: run ${run + 1} of ${runs}`)
      for (const one of opened) one.saved.push(await addColumn(one, `note_${run}`))
    }
  } finally {
    await Promise.all(opened.map(({ watch }) => watch.close()))
  }
  return opened.flatMap((one, index) => [
    figureUntil('readyMs', 'until ready', one, opened[index - 1]),
    figureUntil('workMs', 'after the file event', one, opened[index - 1]),
  ])
}

/** Its cost by model, against that of the next smaller size. */
function figureUntil(part: 'readyMs' | 'workMs', end: string, one: Opened, smaller: Opened | undefined): Figure {
  const perModel = ({ saved, project }: Opened, run: number): number => saved[run]![part] / project.models
  const pairs = one.saved.map((_, run) => ({
    devdb: perModel(one, run),
    yardstick: smaller === undefined ? null : perModel(smaller, run),
  }))
  const named = {
    group: 'size',
    name: `a column more, ${one.project.models} models, ${end}, by model`,
    yardstick: smaller === undefined ? null : `the same with ${smaller.project.models} models`,
    goal: smaller === undefined ? null : ({ kind: 'within', factor: noise } as const),
  } as const
  return figureOf(named, pairs)
}

async function addColumn({ project, watch }: Opened, column: string): Promise<Saved> {
  const saved = await watch.save(project.file(`models/${project.saved}.js`), project.model(column))
  await watch.idle()
  await checkBuild(project, project.throwaway, column)
  return saved
}
