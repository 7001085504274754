/** SIGKILL at random moments of restores: dev is before or after, never between, and whatever was committed is in dev or in a snapshot. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import { openProject, type Project } from '../../src/engine/project.ts'
import { restoreDev } from '../../src/engine/restore-dev.ts'
import { saveSnapshot } from '../../src/engine/save-snapshot.ts'
import { findLastChange } from '../../src/engine/settle-last-change.ts'
import { createStore } from '../../src/event/store.ts'
import { ended, startApplication } from '../application.ts'
import { sql } from '../dialect/sqlite/change-rig.ts'
import { tempFolder } from '../temp-folder.ts'

const program = fileURLToPath(new URL('../../fixtures/sqlite-program/restore-for-ever.js', import.meta.url))
const rows = 1200
const kills = Number(process.env.DEVDB_KILLS ?? 8)

async function projectIn(root: string): Promise<Project> {
  const plain = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', snapshots: { keep: 10_000 } }
  return openProject(evaluateConfig(plain, join(root, 'devdb.config.json'), []), createStore(), 'test', 5000)
}

test.each(['delete', 'wal'])('in journal mode %s', async (mode) => {
  const root = tempFolder()
  const dev = join(root, 'dev.db')
  const project = await projectIn(root)
  await sql(
    dev,
    `PRAGMA journal_mode = ${mode}`,
    'CREATE TABLE written (id INTEGER PRIMARY KEY)',
    'CREATE TABLE big (id INTEGER PRIMARY KEY, version, filling)',
    `INSERT INTO big SELECT value, 'even', hex(randomblob(400)) FROM (
       WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT ${rows}) SELECT value FROM n)`,
  )
  const save = (name: string) => saveSnapshot(project, { reason: 'test', name, isByHand: true }, () => undefined)
  await save('even')
  await sql(dev, "UPDATE big SET version = 'odd', filling = hex(randomblob(400))", 'CREATE TABLE only_odd (x)')
  await save('odd')

  const application = startApplication(dev)
  const kept = new Set<number>()
  let written = 0
  let restores = 0
  for (let round = 0; round < kills; round++) {
    const child = spawn(process.execPath, [program, root, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [words, ms] = [2 + (round % 7), Math.random() * (round % 2 === 0 ? 4 : 20)]
    let heard = 0
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'restore-finished') restores += 1
      if (++heard === words) break
    }
    if (round % 2 === 0) await application.all(`INSERT INTO written VALUES (${++written})`)
    await sleep(ms)
    child.kill('SIGKILL')
    await ended(child)

    expect(await sql(dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    const versions = await sql(dev, 'SELECT version, count(*) AS n FROM big GROUP BY version')
    expect(versions).toEqual([{ version: expect.stringMatching(/^(even|odd)$/), n: rows }])
    const isOdd = versions[0]!.version === 'odd'
    expect(await sql(dev, "SELECT name FROM sqlite_master WHERE name = 'only_odd'")).toHaveLength(isOdd ? 1 : 0)
    // Even where the process was killed before it could say so, it is known which restore came to its end last.
    const last = await findLastChange(project)
    if (last !== null) expect(last.what).toBe(`restore ${isOdd ? 'odd' : 'even'}`)

    for (const { id } of await project.snapshots.list()) {
      const copy = join(root, '.devdb', 'snapshots', `${id}.db`)
      for (const row of await sql(copy, 'SELECT id FROM written')) kept.add(Number(row.id))
    }
    const now = (await sql(dev, 'SELECT id FROM written')).map(({ id }) => Number(id))
    const missing = Array.from({ length: written }, (_, index) => index + 1).filter(
      (id) => !kept.has(id) && !now.includes(id),
    )
    expect(missing).toEqual([])
  }
  expect(restores).toBeGreaterThan(1)

  // What a killed process left goes with the next change; that one goes on without any other step.
  const [{ version: before } = {}] = await sql(dev, 'SELECT version FROM big LIMIT 1')
  const report = await restoreDev(project, { undo: true, change: null }, () => undefined, new AbortController().signal)
  expect(report.problem).toBeNull()
  expect(await sql(dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  const again = await restoreDev(project, { undo: true, change: null }, () => undefined, new AbortController().signal)
  expect(again.problem).toBeNull()
  expect(await sql(dev, 'SELECT version FROM big LIMIT 1')).toEqual([{ version: before }])
})
