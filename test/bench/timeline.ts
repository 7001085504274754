/** What one build spends its time on, from the write of a file to the screen: a real `devdb watch` on a terminal, and its own log. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Event } from '../../src/event/event.ts'
import { openTerminal, type Terminal } from '../terminal/terminal.ts'
import { type BenchProject, executable, makeBenchProject } from './bench-project.ts'
import type { BenchSetting } from './bench-setting.ts'
import { checkBuild } from './check-build.ts'
import { untilIdle } from './process-facts.ts'
import { cleanEnvironment } from './run-program.ts'

/** A part of a build. In milliseconds since the write of the file. */
export interface Span {
  readonly name: string
  /** Who works: the daemon, its child, or nobody. */
  readonly who: 'waiting' | 'daemon' | 'child'
  readonly from: number
  readonly to: number
}

/** One build. */
export interface Timeline {
  readonly title: string
  readonly spans: readonly Span[]
  /** When the new state was seen on the terminal. */
  readonly total: number
}

/** What the daemon and its children say to each other; see `daemon-probe.mjs`. */
interface Mark {
  readonly at: number
  readonly what: 'asked' | 'begun' | 'done' | 'failed'
  readonly name: string
}

/** Records several builds. @returns the one of the median length */
export async function recordTimeline({ runs, isQuick, folder, tell }: BenchSetting): Promise<Timeline> {
  const models = isQuick ? 10 : 50
  const rows = 20 * models
  const project = await makeBenchProject(folder, { name: 'timeline', models, rows, step: 'sql' })
  const marks = project.file('by-hand/marks.ndjson')
  const preload = fileURLToPath(new URL('daemon-probe.mjs', import.meta.url))
  const terminal = openTerminal({
    command: process.execPath,
    args: ['--import', preload, executable, 'watch'],
    cwd: project.root,
    env: { ...cleanEnvironment(), DEVDB_BENCH_MARKS: marks },
  })
  const recorded: Omit<Timeline, 'title'>[] = []
  try {
    await terminal.waitFor(/ready/)
    for (let run = -2; run < runs; run++) {
      await untilIdle(terminal.pid)
      rmSync(marks, { force: true })
      const spans = await recordOne(project, terminal, marks, `note_${run + 2}`)
      tell(`timeline: ${Math.round(spans.total)} ms`)
      // As in the other groups, the first two are not counted.
      if (run >= 0) recorded.push(spans)
    }
  } finally {
    await terminal.close()
  }
  const byLength = recorded.sort((a, b) => a.total - b.total)
  const median = byLength[byLength.length >> 1]!
  return { ...median, title: `One save: ${models} models, ${rowsText(rows)} by a sql step` }
}

async function recordOne(
  project: BenchProject,
  terminal: Terminal,
  marksFile: string,
  column: string,
): Promise<Omit<Timeline, 'title'>> {
  const now = (): number => performance.timeOrigin + performance.now()
  const savedAt = now()
  writeFileSync(project.file(`models/${project.saved}.js`), project.model(column))
  await untilSeen(terminal, (screen) => !/ ready /.test(screen))
  await untilSeen(terminal, (screen) => / ready /.test(screen))
  const seenAt = now()
  await checkBuild(project, project.throwaway, column)
  const events = lines<Event>(project.file('.devdb/devdb.log')).filter(({ at }) => at >= Math.floor(savedAt))
  const marks = lines<Mark>(marksFile)
  const event = (kind: Event['kind']): number => Math.max(0, events.find((one) => one.kind === kind)!.at - savedAt)
  const mark = (what: Mark['what'], name: string): number =>
    marks.find((one) => one.what === what && one.name === name)!.at - savedAt
  const moments: readonly (readonly [name: string, who: Span['who'], to: number])[] = [
    ['file event, and whether more follow', 'waiting', event('files-changed')],
    ['inputs hashed, lock, look at dev', 'daemon', mark('asked', 'define-models')],
    ['models loaded and defined', 'child', mark('done', 'define-models')],
    ['layers looked up', 'daemon', mark('asked', 'create-tables')],
    ['tables made', 'child', mark('done', 'create-tables')],
    ['layer kept, tables read', 'daemon', event('schema-built')],
    [`step: ${rowsText(project.rows)} of SQL`, 'child', mark('done', 'run-seed-script')],
    ['layer kept', 'daemon', event('step-finished')],
    ['put in place', 'daemon', event('build-finished')],
    ['on the screen', 'daemon', seenAt - savedAt],
  ]
  let from = 0
  const spans = moments.map(([name, who, at]) => {
    // Events are told in whole milliseconds.
    const to = Math.max(from, at)
    const span = { name, who, from, to }
    from = to
    return span
  })
  return { spans, total: from }
}

const rowsText = (rows: number): string => `${rows.toLocaleString('en')} rows`

/** Looks more often than tests have to. */
async function untilSeen(terminal: Terminal, isMet: (screen: string) => boolean): Promise<void> {
  for (const deadline = performance.now() + 30_000; !isMet(terminal.screen()); await sleep(1)) {
    if (performance.now() > deadline) throw new Error(`not seen in time:\n${terminal.screen()}`)
  }
}

const lines = <Line>(file: string): readonly Line[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]))
