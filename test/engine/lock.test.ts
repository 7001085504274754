import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { acquireLock, holderOf, takeAway } from '../../src/engine/lock.ts'
import { readHolder } from '../../src/engine/lock-holder.ts'
import { ended } from '../application.ts'
import { tempFolder } from '../temp-folder.ts'
import { until } from '../watch-run.ts'

const program = fileURLToPath(new URL('../../fixtures/engine-program/dist/contend-for-lock.js', import.meta.url))

/** In a PID namespace of its own, as a container has it, where its own id is 1 or 2. */
const inNamespace = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc']
const hasNamespaces = spawnSync(inNamespace[0]!, [...inNamespace.slice(1), 'true']).status === 0

function contend(folder: string, rounds: number, mode = '', around: readonly string[] = []) {
  const [command = '', ...words] = [...around, process.execPath, program, folder, String(rounds), mode]
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] })
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

test.each([
  '',
  '{"pid": 4',
  'null',
  '[]',
  '"text"',
  '{"pid":"7"}',
  '{"pid":1.5,"start":"1"}',
  '{"pid":1e300,"start":"1"}',
  '{"pid":-1,"start":"1"}',
  '{"__proto__":{"pid":1}}',
  `{"pid":1,"command":"${'x'.repeat(20_000)}"}`,
  ...(process.platform === 'linux' ? ['{"pid":1}'] : []),
])('a torn or foreign lock file %j holds nobody up', async (text) => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'work.lock'), text)
  const release = await acquireLock(request(folder))
  expect(JSON.parse(readFileSync(join(folder, 'work.lock'), 'utf8'))).toMatchObject({ pid: process.pid })
  release()
})

test('what is no file of devdb, but has the name of its lock, is named at once and stays', async () => {
  const made: Readonly<Record<string, (path: string) => void>> = {
    link: (path) => symlinkSync('/nonexistent', path),
    folder: (path) => mkdirSync(path),
    'no file': (path) => void execFileSync('mkfifo', [path]),
  }
  for (const [what, make] of Object.entries(made))
    for (const name of ['work.lock', 'work.lock.takeover']) {
      const folder = tempFolder()
      if (name !== 'work.lock') writeFileSync(join(folder, 'work.lock'), 'torn')
      make(join(folder, name))
      await expect(acquireLock(request(folder, { waitMs: 60_000 })), what).rejects.toMatchObject({
        code: 'file-failed',
        message: expect.stringContaining(name),
        parts: { hint: expect.stringContaining(join(folder, name)) },
      })
      expect(readdirSync(folder)).toContain(name)
    }
})

test('who takes over a lock that was left looks again: the lock of another that was quicker stays', async () => {
  const folder = tempFolder()
  const file = join(folder, 'work.lock')
  writeFileSync(file, JSON.stringify({ pid: process.ppid, start: '1', command: 'devdb watch' }))
  const left = readHolder(file)!
  const release = await acquireLock(request(folder))
  expect(takeAway(file, left, Date.now())).toBe(true)
  expect(holderOf(folder, 'work')).toMatchObject({ pid: process.pid })
  release()
  expect(readdirSync(folder)).toEqual([])
})

test('the mark of a takeover counts for five seconds: one that was killed in it holds nobody up', async () => {
  const folder = tempFolder()
  const [file, mark] = [join(folder, 'work.lock'), join(folder, 'work.lock.takeover')]
  writeFileSync(file, 'torn')
  writeFileSync(mark, '')
  expect(takeAway(file, readHolder(file)!, Date.now())).toBe(false)
  expect(readdirSync(folder)).toEqual(['work.lock', 'work.lock.takeover'])
  const before = Date.now() / 1000 - 6
  utimesSync(mark, before, before)
  writeFileSync(join(folder, 'work.lock.0123456789abcdef'), 'a draft')
  utimesSync(join(folder, 'work.lock.0123456789abcdef'), before, before)
  const startedAt = Date.now()
  ;(await acquireLock(request(folder)))()
  expect(Date.now() - startedAt).toBeLessThan(4000)
  expect(readdirSync(folder)).toEqual([])
})

test('a release never throws, and a lock that it could not remove is taken over', async () => {
  const folder = tempFolder()
  const file = join(folder, 'work.lock')
  const release = await acquireLock(request(folder))
  const text = readFileSync(file)
  execFileSync('rm', [file])
  mkdirSync(file)
  release()
  release()
  execFileSync('rmdir', [file])
  writeFileSync(file, text)
  ;(await acquireLock(request(folder)))()
  expect(readdirSync(folder)).toEqual([])
})

test.skipIf(!hasNamespaces)(
  'a holder in another container is respected on both sides, and gone when its beats have stopped',
  async () => {
    const folder = tempFolder()
    const release = await acquireLock(request(folder))
    const inside = contend(folder, 1, 'hold', inNamespace)
    await sleep(400)
    expect(existsSync(join(folder, 'held'))).toBe(false)
    release()
    await until(() => existsSync(join(folder, 'held')), 'the one inside holds it')
    const file = join(folder, 'work.lock')
    const old = new Date(Date.now() - 40_000)
    const refused = { code: 'locked', message: expect.stringContaining('another container') }
    await expect(acquireLock(request(folder, { waitMs: 200 }))).rejects.toMatchObject(refused)
    // After a sleep of the machine it looks like that; the next beat says that the holder lives.
    utimesSync(file, old, old)
    await expect(acquireLock(request(folder, { waitMs: 200 }))).rejects.toMatchObject(refused)
    inside.kill('SIGKILL')
    await ended(inside)
    expect(holderOf(folder, 'work')).not.toBeNull()
    utimesSync(file, old, old)
    expect(holderOf(folder, 'work')).toBeNull()
    ;(await acquireLock(request(folder)))()
  },
  30_000,
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
