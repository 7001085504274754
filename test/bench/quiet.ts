/** The group `quiet`: what a watch uses while nothing happens, and what a thousand saves leave. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type BenchProject, makeBenchProject } from './bench-project.ts'
import type { BenchSetting } from './bench-setting.ts'
import { checkBuild } from './check-build.ts'
import { type Figure, figureOf, type Goal } from './figure.ts'
import { type BenchWatch, openWatch } from './open-watch.ts'
import { cpuMs, descriptorsOf, familyOf, memoryOf } from './process-facts.ts'

/** What a watch holds at one moment. Memory in MB. */
interface Held {
  /** Of the daemon, after a garbage collection. */
  readonly rss: number
  /** The heap without compiled code, and that code. */
  readonly data: number
  readonly code: number
  /** Timers, sockets and requests of the event loop. */
  readonly handles: number
  readonly descriptors: number
  /** Processes that it started, and that run. */
  readonly children: number
  /** In `.devdb`, and all of them together in MB; without the log, of which there are never more than two files of 5 MB. */
  readonly files: number
  readonly folder: number
}

/** What a thousand saves may add to a moment after the first hundred: nothing that is counted, and what garbage collection leaves to chance. */
const limits: Readonly<Record<keyof Held, Goal & { readonly name: string; readonly unit: string }>> = {
  rss: { name: 'memory of the daemon (RSS)', unit: 'MB', kind: 'within', factor: 1.1 },
  data: { name: "data on the daemon's heap", unit: 'MB', kind: 'within', factor: 1.05 },
  code: { name: 'code that V8 compiled for it', unit: 'MB', kind: 'within', factor: 1.1 },
  handles: { name: 'open handles', unit: '', kind: 'within', factor: 1 },
  descriptors: { name: 'open files and pipes', unit: '', kind: 'within', factor: 1 },
  children: { name: 'children', unit: '', kind: 'within', factor: 1 },
  files: { name: 'files in .devdb but the log', unit: '', kind: 'within', factor: 1 },
  folder: { name: 'size of .devdb but the log', unit: 'MB', kind: 'within', factor: 1.1 },
}

/** How long a watch is left alone before it counts as being at rest, and how long it is looked at then, in milliseconds. */
const settleMs = 45_000
const restMs = 20_000

/** Measures one watch: at rest, then through all saves. */
export async function measureQuiet({ isQuick, folder, tell }: BenchSetting): Promise<readonly Figure[]> {
  const [first, last] = isQuick ? [10, 40] : [100, 1000]
  const project = await makeBenchProject(folder, { name: 'quiet', models: 10, rows: 200, step: 'sql' })
  const probe = project.file('by-hand/probe.json')
  process.env.DEVDB_BENCH_PROBE = probe
  const preload = fileURLToPath(new URL('daemon-probe.mjs', import.meta.url))
  const watch = await openWatch(project.root, ['--expose-gc', '--import', preload])
  delete process.env.DEVDB_BENCH_PROBE
  try {
    tell(`quiet: ${restMs / 1000} s at rest`)
    const rest = await measureRest(watch)
    let atFirst: Held | null = null
    for (let count = 1; count <= last; count++) {
      await saveOnce(project, watch, count)
      if (count % 100 === 0) tell(`quiet: ${count} saves`)
      if (count === first) atFirst = await heldBy(project, watch, probe)
    }
    const atLast = await heldBy(project, watch, probe)
    return [...rest, ...growth(atFirst ?? atLast, atLast, first, last)]
  } finally {
    await watch.close()
  }
}

async function measureRest({ pid, idle }: BenchWatch): Promise<readonly Figure[]> {
  await idle()
  // V8 collects garbage once when a process has had nothing to do for some seconds; a child that has practised does so after up to half a minute.
  await sleep(settleMs)
  const family = familyOf(pid)
  const before = cpuMs(family)
  const startedAt = performance.now()
  await sleep(restMs)
  const used = cpuMs(family) - before
  const share = (used / (performance.now() - startedAt)) * 100
  const [daemon, ...children] = family.map(memoryOf)
  // Beside the idle child there may be a small process that ends it with the daemon.
  const idleChild = children.sort((a, b) => b.rss - a.rss)[0]
  const one = (name: string, devdb: number, unit: string, goal: Goal | null = null): Figure =>
    figureOf({ group: 'quiet', name, yardstick: null, goal, unit }, [{ devdb, yardstick: null }])
  return [
    one('processor time of watch at rest, with its children', share, '% of a core', { kind: 'below', factor: 0.1 }),
    one('memory of the daemon at rest (RSS)', daemon!.rss, 'MB'),
    one('memory of the daemon at rest (PSS)', daemon!.pss, 'MB'),
    one('memory of the idle child (RSS)', idleChild?.rss ?? 0, 'MB'),
    one('memory of the idle child (PSS)', idleChild?.pss ?? 0, 'MB'),
  ]
}

/** Saves as people do: mostly another column, now and then a comment, the way back, or a slip that the next save mends. */
async function saveOnce(project: BenchProject, watch: BenchWatch, count: number): Promise<void> {
  const file = project.file(`models/${project.saved}.js`)
  const column = `note_${count}`
  if (count % 10 === 5) await watch.save(file, `${project.model()}// ${column}\n`)
  else if (count % 25 === 0)
    await watch.saveBroken(file, project.model(column).replace('sequelize.define(', 'sequelize.define(('))
  else await watch.save(file, project.model(column))
  // Each would take as long as a save and the look that follows it.
  if (count % 50 === 1) await checkBuild(project, project.throwaway, column)
}

async function heldBy(project: BenchProject, watch: BenchWatch, probe: string): Promise<Held> {
  // The last of a round of saves is the same each time.
  await watch.save(project.file(`models/${project.saved}.js`), project.model('note_last'))
  await watch.idle()
  rmSync(probe, { force: true })
  process.kill(watch.pid, 'SIGUSR2')
  while (!existsSync(probe)) await sleep(20)
  const { rss, data, code, handles } = JSON.parse(readFileSync(probe, 'utf8'))
  const folder = project.file('.devdb')
  const sizes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith('devdb.log'))
    .map((path) => statSync(join(folder, path)))
    .flatMap((status) => (status.isFile() ? [status.size] : []))
  return {
    rss: rss / 1e6,
    data: data / 1e6,
    code: code / 1e6,
    handles,
    descriptors: descriptorsOf(watch.pid),
    children: familyOf(watch.pid).length - 1,
    files: sizes.length,
    folder: sizes.reduce((sum, size) => sum + size, 0) / 1e6,
  }
}

function growth(from: Held, to: Held, first: number, last: number): readonly Figure[] {
  return Object.entries(limits).map(([key, { name, unit, kind, factor }]) => {
    const pair = { devdb: to[key as keyof Held], yardstick: from[key as keyof Held] }
    const named = { name: `after ${last} saves: ${name}`, yardstick: `after ${first} saves`, unit }
    return figureOf({ group: 'quiet', ...named, goal: { kind, factor } }, [pair])
  })
}
