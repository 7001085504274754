/** SIGKILL at random moments of a change: dev is before or after, never between, and no row that an application committed is lost. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ended, startApplication } from '../../application.ts'
import { tempFolder } from '../../temp-folder.ts'
import { sql } from './change-rig.ts'

const program = fileURLToPath(new URL('../../../fixtures/sqlite-program/change-for-ever.js', import.meta.url))
const rows = 1500
const kills = 18

/** Where the kill comes: after how many words of the program, and how many milliseconds after that. */
const momentOf = (round: number) => ({ words: 1 + (round % 5), ms: Math.random() * (round % 2 === 0 ? 4 : 12) })

test.each(['delete', 'wal'])('in journal mode %s', async (mode) => {
  const root = tempFolder()
  const dev = join(root, 'dev.db')
  await sql(
    dev,
    `PRAGMA journal_mode = ${mode}`,
    'CREATE TABLE position (version)',
    'INSERT INTO position VALUES (0)',
    'CREATE TABLE v0 (x)',
    'CREATE TABLE written (id INTEGER PRIMARY KEY)',
    'CREATE TABLE big (id INTEGER PRIMARY KEY, version, filling)',
    `INSERT INTO big SELECT value, 0, hex(randomblob(400)) FROM (
       WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT ${rows}) SELECT value FROM n)`,
  )
  const application = startApplication(dev)
  let written = 0
  let versions = 0
  for (let round = 0; round < kills; round++) {
    const { words, ms } = momentOf(round)
    const child = spawn(process.execPath, [program, root], { stdio: ['ignore', 'pipe', 'inherit'] })
    let heard = 0
    for await (const _ of createInterface({ input: child.stdout })) if (++heard === words) break
    // In some rounds the application writes while the change is on its way.
    if (round % 3 === 0) await application.all(`INSERT INTO written VALUES (${++written})`)
    await sleep(ms)
    child.kill('SIGKILL')
    await ended(child)
    const [position] = await sql(dev, 'SELECT version FROM position')
    const version = Number(position?.version)
    expect(await sql(dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(await sql(dev, 'SELECT version, count(*) AS n FROM big GROUP BY version')).toEqual([{ version, n: rows }])
    expect(await sql(dev, "SELECT name FROM sqlite_master WHERE name LIKE 'v%'")).toEqual([{ name: `v${version}` }])
    expect(await application.all('SELECT count(*) AS n FROM written')).toEqual([{ n: written }])
    expect(version).toBeGreaterThanOrEqual(versions)
    versions = version
  }
  // The kills came while changes were being made, and not before all of them.
  expect(versions).toBeGreaterThan(2)
})
