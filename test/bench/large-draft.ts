/**
 * How long does the test of a draft take where dev holds much, and how much memory does each process need for it? The goals: 6 times as long as `cp`
 * needs for the file, and less than 300 MB. Not part of any suite: `npm run build && node --import tsx test/bench/large-draft.ts [rows] [megabytes per row]`.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { execute } from '../end-to-end/database.ts'
import { familyOf } from './process-facts.ts'

const [rows = 60, megabytes = 12] = process.argv.slice(2).map(Number)
const repository = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'devdb-large-'))

const model = (length: number): string =>
  `module.exports = (sequelize, DataTypes) => sequelize.define('file', { name: DataTypes.STRING(${length}), body: DataTypes.BLOB }, { tableName: 'files', timestamps: false })\n`

const migration = `module.exports = {
  up: (queryInterface, Sequelize) => queryInterface.createTable('files', {
    id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true }, name: Sequelize.STRING(255), body: Sequelize.BLOB }),
  down: (queryInterface) => queryInterface.dropTable('files') }\n`

/** The most memory that each process of a family has needed, in MB, by its number. */
async function watchMemory(pid: number, most: Map<number, number>, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    for (const one of familyOf(pid)) {
      const peak = peakOf(one)
      if (peak !== null) most.set(one, Math.max(peak, most.get(one) ?? 0))
    }
    await sleep(20)
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function peakOf(pid: number): number | null {
  try {
    // What has ended, and is not waited for yet, has none.
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) / 1024
  } catch {
    return null
  }
}

const devdb = async (...words: readonly string[]) => {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [join(repository, 'bin/devdb.js'), ...words], { cwd: folder, stdio: 'inherit' })
  const most = new Map<number, number>()
  let isOver = false
  const watched = watchMemory(child.pid!, most, () => isOver)
  const code = await new Promise((done) => child.once('close', done))
  isOver = true
  await watched
  return { code, ms: performance.now() - startedAt, peaks: [...most.values()].map(Math.round) }
}

function copyMs(file: string): number {
  const copy = join(folder, 'copy.db')
  rmSync(copy, { force: true })
  const startedAt = performance.now()
  execFileSync('cp', [file, copy])
  const ms = performance.now() - startedAt
  rmSync(copy)
  return ms
}

try {
  for (const name of ['models', 'migrations']) mkdirSync(join(folder, name))
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{}')
  writeFileSync(
    join(folder, 'devdb.config.json'),
    '{"models":"./models","migrations":"./migrations","dev":"sqlite:dev.db"}',
  )
  writeFileSync(join(folder, 'models/file.js'), model(255))
  writeFileSync(join(folder, 'migrations/20260101000000-files.js'), migration)
  await devdb('upgrade')
  const dev = join(folder, 'dev.db')
  const blobs = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO files (name, body) SELECT 'name ' || i, randomblob(${megabytes * 1_000_000}) FROM n`
  await execute(dev, `PRAGMA synchronous = OFF; ${blobs}`)
  writeFileSync(join(folder, 'models/file.js'), model(100))
  const copies = [copyMs(dev)]
  const { code, ms, peaks } = await devdb('generate', '-m', 'shorter names')
  copies.push(copyMs(dev), copyMs(dev))
  const yardstick = copies.toSorted((a, b) => a - b)[1]!
  const seconds = (value: number): string => `${(value / 1000).toFixed(2)} s`
  console.log(`file ${Math.round(statSync(dev).size / 1e6)} MB, exit ${code}`)
  console.log(
    `generate ${seconds(ms)}; cp ${copies.map(seconds).join(', ')}: ${(ms / yardstick).toFixed(1)} times the median`,
  )
  console.log(`most memory of each process: ${peaks.join(', ')} MB`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
