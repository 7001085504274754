/**
 * How fast is devdb? `npm run bench`, with `--only=save,start` for some groups, `--runs=20`, `--json`, `--quick` to see that the bench works,
 * and `--timeline` or `--timeline=FILE.svg` for the README's picture of one build and nothing else. Each figure is measured in pairs with its yardstick, and
 * only after the databases of both were looked at; never part of the tests.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type BenchSetting, type GroupName, groups } from './bench-setting.ts'
import { measureDev } from './dev.ts'
import type { Figure } from './figure.ts'
import { tableOf } from './print-figures.ts'
import { measureQuiet } from './quiet.ts'
import { measureSave } from './save.ts'
import { measureSchema } from './schema.ts'
import { measureSize } from './size.ts'
import { measureStart } from './start.ts'
import { recordTimeline } from './timeline.ts'
import { timelineToSvg } from './timeline-svg.ts'

const measures: Readonly<Record<GroupName, (setting: BenchSetting) => Promise<readonly Figure[]>>> = {
  save: measureSave,
  size: measureSize,
  start: measureStart,
  quiet: measureQuiet,
  dev: measureDev,
  schema: measureSchema,
}

const picture = fileURLToPath(new URL('../../fixtures/picture/timeline.svg', import.meta.url))

const { values } = parseArgs({
  args: process.argv.slice(2).map((word) => (word === '--timeline' ? `--timeline=${picture}` : word)),
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: groups.join() },
    quick: { type: 'boolean', default: false },
    runs: { type: 'string', default: '11' },
    timeline: { type: 'string' },
  },
})
const only = values.only.split(',')
const unknown = only.filter((name) => !groups.some((group) => group === name))
if (unknown.length > 0) throw new Error(`--only: ${unknown.join()} is none of ${groups.join()}`)

const folder = mkdtempSync(join(tmpdir(), 'devdb-bench-'))
const tell = (line: string): void => void process.stderr.write(`${line}\n`)
const setting: BenchSetting = { runs: Number(values.runs), isQuick: values.quick, folder, tell }
try {
  if (values.timeline === undefined) await measureAll()
  else writeFileSync(values.timeline, timelineToSvg(await recordTimeline(setting)))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measureAll(): Promise<void> {
  const figures: Figure[] = []
  for (const group of groups) if (only.includes(group)) figures.push(...(await measures[group](setting)))
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length }
  const document = { isQuick: values.quick, machine, figures }
  process.stdout.write(values.json ? `${JSON.stringify(document, null, 2)}\n` : tableOf(figures))
}
