import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { acquireLock } from '../../src/engine/lock.ts'
import { ended } from '../application.ts'
import { tempFolder } from '../temp-folder.ts'
import { until } from '../watch-run.ts'

const program = fileURLToPath(new URL('../../fixtures/engine-program/dist/contend-for-lock.js', import.meta.url))

function contend(folder: string, rounds: number, mode = '') {
  const child = spawn(process.execPath, [program, folder, String(rounds), mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

const request = (folder: string, more: object = {}) =>
  ({ folder, name: 'work', command: 'devdb test', waitMs: 0, ...more }) as const

test('processes that contend for it are never two holders', async () => {
  const folder = tempFolder()
  const children = [contend(folder, 200), contend(folder, 200), contend(folder, 100)]
  await Promise.all(children.map(ended))
  expect(children.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
  const lines = readFileSync(join(folder, 'held'), 'utf8').trim().split('\n')
  expect(lines).toHaveLength(1000)
  for (let index = 0; index < lines.length; index += 2) expect(lines[index + 1]).toBe(lines[index]!.replace('+', '-'))
  expect(readdirSync(folder)).toEqual(['held'])
})

test('holders that are killed one after the other never leave it to two', async () => {
  const folder = tempFolder()
  const dying = Array.from({ length: 12 }, () => contend(folder, 1, 'die'))
  const living = [contend(folder, 60), contend(folder, 60)]
  await Promise.all([...dying, ...living].map(ended))
  const lines = readFileSync(join(folder, 'held'), 'utf8').trim().split('\n')
  const dead = new Set(dying.map(({ pid }) => `+${pid}`))
  expect(lines.filter((line) => dead.has(line))).toHaveLength(12)
  const rest = lines.filter((line) => !dead.has(line))
  expect(rest).toHaveLength(240)
  for (let index = 0; index < rest.length; index += 2) expect(rest[index + 1]).toBe(rest[index]!.replace('+', '-'))
}, 60_000)

test('a holder that was killed is replaced at once; a living one is named', async () => {
  const folder = tempFolder()
  const holder = contend(folder, 1, 'hold')
  await until(() => existsSync(join(folder, 'held')), 'the lock is held')
  await expect(acquireLock(request(folder))).rejects.toMatchObject({
    code: 'locked',
    message: expect.stringContaining(`process ${holder.pid}`),
  })
  holder.kill('SIGKILL')
  await ended(holder)
  const release = await acquireLock(request(folder))
  release()
  expect(existsSync(join(folder, 'work.lock'))).toBe(false)
})

test("a process that has the holder's id but started later is not the holder", async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'work.lock'), JSON.stringify({ pid: process.ppid, start: '1', command: 'devdb watch' }))
  const release = await acquireLock(request(folder))
  release()
})

test.each(['', '{"pid": 4', 'null', '[]', '"text"', '{"pid":"7"}'])(
  'a torn or foreign lock file %j holds nobody up',
  async (text) => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'work.lock'), text)
    const release = await acquireLock(request(folder))
    expect(JSON.parse(readFileSync(join(folder, 'work.lock'), 'utf8'))).toMatchObject({ pid: process.pid })
    release()
  },
)

test('whoever waits is told once for whom, and gets it when it is free', async () => {
  const folder = tempFolder()
  const release = await acquireLock(request(folder, { command: 'devdb upgrade' }))
  const told: string[] = []
  const waiting = acquireLock(request(folder, { waitMs: 10_000, onWait: (holder: string) => told.push(holder) }))
  await until(() => told.length > 0, 'it waits')
  release()
  ;(await waiting)()
  expect(told).toEqual([`devdb upgrade (process ${process.pid})`])
})

test('waiting ends with the signal', async () => {
  const folder = tempFolder()
  const release = await acquireLock(request(folder))
  const stop = new AbortController()
  const waiting = acquireLock(request(folder, { waitMs: 60_000, signal: stop.signal }))
  stop.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'interrupted' })
  release()
})

test('the two locks of a project do not know each other, and a second watch is refused', async () => {
  const folder = tempFolder()
  const releases = [await acquireLock(request(folder)), await acquireLock(request(folder, { name: 'watch' }))]
  await expect(acquireLock(request(folder, { name: 'watch' }))).rejects.toMatchObject({ code: 'already-watching' })
  for (const release of releases) release()
})
