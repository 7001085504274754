/**
 * How long does devdb take for how many tables? `npm run bench`, `npm run bench -- --json`, `npm run bench -- --runs=20 --tables=10,100`.
 * Medians of several runs, each compared with creating the same tables in the same run; never part of the tests.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measure, type Times, tasks } from './measure.ts'

/** Of one task at one size, in milliseconds. `ratio`: to creating the tables; `perTable` in microseconds. */
interface Figure {
  readonly task: string
  readonly tables: number
  readonly median: number
  readonly min: number
  readonly max: number
  readonly ratio: number
  readonly perTable: number
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '11' },
    tables: { type: 'string', default: '10,50,200,1000' },
  },
})
const runs = Number(values.runs)
const sizes = values.tables.split(',').map(Number)

const folder = mkdtempSync(join(tmpdir(), 'devdb-bench-'))
const figures: Figure[] = []
try {
  // The first ones run code that is not compiled yet.
  for (let run = 0; run < 3; run++) await measure(50, join(folder, `warm-${run}`))
  for (const tables of sizes) {
    const times: Times[] = []
    for (let run = 0; run < runs; run++) times.push(await measure(tables, join(folder, `${tables}-${run}`)))
    for (const task of tasks) figures.push(figureOf(task, tables, times))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
print(figures)

function figureOf(task: (typeof tasks)[number], tables: number, times: readonly Times[]): Figure {
  const all = times.map((time) => time[task]).sort((a, b) => a - b)
  const middle = median(all)
  return {
    task,
    tables,
    median: round(middle),
    min: round(all[0]!),
    max: round(all.at(-1)!),
    // Both from one run, so that what slows the machine down slows both.
    ratio: round(median(times.map((time) => time[task] / time.create).sort((a, b) => a - b))),
    perTable: Math.round((middle * 1000) / tables),
  }
}

function median(sorted: readonly number[]): number {
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function print(all: readonly Figure[]): void {
  if (values.json) {
    const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length }
    process.stdout.write(`${JSON.stringify({ runs, machine, figures: all }, null, 2)}\n`)
    return
  }
  const head = ['task', 'tables', 'median ms', 'min', 'max', '× create', 'µs a table']
  const rows = all.map((figure) => Object.values(figure).map(String))
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]!.length)))
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[index]!))).join('  ')
  process.stdout.write(`${[head, ...rows].map(line).join('\n')}\n`)
}
