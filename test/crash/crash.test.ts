/**
 * SIGKILL at every named moment of every change of dev, and at random ones: dev is before or after, never between, no row is lost, and the
 * next start says what happened and goes on. `npm run test:crash [-- COUNT [SEED]]` makes more of it.
 */
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { holderOf } from '../../src/engine/lock.ts'
import type { Project } from '../../src/engine/project.ts'
import { findInterrupted } from '../../src/engine/settle-last-change.ts'
import { type Moment, moments } from '../../src/process/reach.ts'
import { type Application, startApplication } from '../application.ts'
import { sql } from '../dialect/sqlite/change-rig.ts'
import { sharedFolder } from '../temp-folder.ts'
import { startWatch } from '../watch-run.ts'
import {
  changing,
  copyOf,
  go,
  leftovers,
  makeTemplate,
  open,
  stateOf,
  type Walk,
  type Way,
  type WayName,
  walk,
  ways,
  waysTo,
} from './crash-rig.ts'

const kills = Number(process.env.CRASH_KILLS ?? 30)
const seed = Number(process.env.CRASH_SEED ?? 1)
const isLong = process.env.CRASH_KILLS !== undefined
const devdb = fileURLToPath(new URL('../../bin/devdb.js', import.meta.url))

/** One kill: where, or at random. */
interface Round {
  readonly name: WayName
  readonly mode: 'delete' | 'wal'
  readonly moment: Moment | null
  /** The how manyth time the moment is reached. */
  readonly count: number
}

/** A small generator, so that a seed gives the same rounds again: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
let state = seed
const random = (below: number): number => {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
}
const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)]!
const shuffled = <Item>(items: readonly Item[]): readonly Item[] =>
  items
    .map((item) => [random(2 ** 31), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)

const modes = ['delete', 'wal'] as const

/** Every moment once, then the other ways and modes in which it is reached, then random ones. */
function rounds(): readonly Round[] {
  const all = moments.flatMap((moment) =>
    waysTo(moment).flatMap((name) =>
      modes.map((mode): Round => ({ name, mode, moment, count: countOf(moment, name) })),
    ),
  )
  const first = moments.map((moment) => pick(all.filter((round) => round.moment === moment)))
  const atRandom = Math.max(kills - all.length, Math.ceil(kills / 5))
  const others = shuffled(all.filter((round) => !first.includes(round)))
  return [
    ...[...first, ...others].slice(0, kills - atRandom),
    ...Array.from(
      { length: atRandom },
      (): Round => ({ name: pick(changing), mode: pick(modes), moment: null, count: 1 }),
    ),
  ]
}

/** A record is written up to seven times: that it began, the snapshot, that it has one, its seal, that it enters, that it is in, that it has ended. */
const countOf = (moment: Moment, name: WayName): number =>
  moment !== 'record-drafted' || name === 'save' ? 1 : 1 + random(name === 'create' ? 4 : 7)

const template = sharedFolder()
beforeAll(() => makeTemplate(template))
const afterwards = new Map<WayName, Promise<string | null>>()

test(
  'killed at any moment, dev is before or after, and the next start says which and goes on',
  async () => {
    const todo = [...rounds()]
    const reached = new Set<Moment>()
    let done = 0
    const tell = ({ moment }: Round): void => {
      done += 1
      if (moment !== null) reached.add(moment)
      if (isLong && done % 20 === 0) console.log(`${done} of ${kills}, seed ${seed}`)
    }
    const lane = async (): Promise<void> => {
      for (let round = todo.pop(); round !== undefined; round = todo.pop()) {
        const isKilled = await play(round, done % 10 === 3).catch((error: Error) => {
          error.message = `${JSON.stringify(round)} of seed ${seed}: ${error.message}`
          // The other lane finishes its round.
          todo.length = 0
          throw error
        })
        // One that came to its end before it was killed is none.
        if (isKilled) tell(round)
        else todo.push(round)
      }
    }
    for (const ended of await Promise.allSettled([lane(), lane()])) if (ended.status === 'rejected') throw ended.reason
    expect(done).toBe(kills)
    expect(moments.filter((moment) => !reached.has(moment))).toEqual([])
  },
  60_000 + kills * 10_000,
)

test('status says it until a verb or a watch has settled it', async () => {
  const root = await copyOf(template, ways.upgrade, 'wal')
  await walk(root, ways.upgrade, 'dev-entered').ended
  const words =
    /upgrade head, begun at \d\d:\d\d:\d\d, was interrupted: dev.db is as it was to be; devdb undo takes it back/
  const status = async (): Promise<string> => (await run(process.execPath, [devdb, 'status'], { cwd: root })).stdout
  expect(await status()).toMatch(words)
  expect(await status()).toMatch(words)
  const watch = startWatch(root)
  const settled = await watch.next('change-settled')
  expect(settled).toMatchObject({ what: 'upgrade head', isIn: true, snapshot: expect.any(String) })
  await watch.quit()
  expect(watch.of('change-settled')).toHaveLength(1)
  expect(await status()).not.toMatch(/interrupted/)
})

/** What dev is when nobody kills. */
async function afterOf(name: WayName): Promise<string | null> {
  const root = await copyOf(template, ways[name], 'delete')
  const { engine } = open(root)
  expect(await go(engine, ways[name])).toBeNull()
  await engine.close()
  expect(leftovers(root)).toEqual([])
  const after = await stateOf(join(root, 'dev.db'))
  rmSync(root, { recursive: true })
  return after
}

/** Kills once and looks. @returns false where it had ended before */
async function play({ name, mode, moment, count }: Round, isThroughCommand: boolean): Promise<boolean> {
  const way: Way = ways[name]
  const root = await copyOf(template, way, mode)
  const dev = join(root, 'dev.db')
  const before = await stateOf(dev)
  const reading = afterwards.get(name) ?? afterOf(name)
  afterwards.set(name, reading)
  const after = await reading
  const application = moment === null ? startApplication(dev) : null
  const written: number[] = []
  const running = walk(root, way, moment === null ? undefined : `${moment}:${count}`)
  if (application !== null) await killAtRandom(running, application, written)
  await running.ended
  const isSurvived = running.child.signalCode === null
  // The child that runs migrations has no dev to harm: whoever started it tells that it died.
  if (isSurvived && moment === 'migration-run') expect(running.problems).toMatchObject([{ code: 'migration-failed' }])
  else if (isSurvived && moment !== null) throw new Error(`not reached; told: ${running.kinds.join(' ')}`)
  else if (isSurvived) return false

  const next = open(root)
  const begun = next.project.snapshots.lastChanges.begun()
  if (moment === 'migration-run') expect(begun).toBeNull()
  // As `devdb status` does, and before any other look at dev.
  expect(holderOf(join(root, '.devdb'), 'work')).toBeNull()
  const found = isThroughCommand ? await statusOf(root) : await findInterrupted(next.project)
  const now = await check(dev, before, after)
  expect(await lostRows(next.project, written, way.replaces || name === 'reset')).toEqual([])
  const isIn = now === after && way.what !== null
  if (begun === null) expect(found).toBeNull()
  else expect(found).toMatchObject({ what: way.what, isIn, began: begun.at })

  await goOn(next.engine, name, isIn)
  expect(next.told.filter(({ kind }) => kind === 'change-settled')).toMatchObject(found === null ? [] : [found])
  expect(await stateOf(dev)).toBe(isIn && name !== 'create' ? before : after)
  await next.engine.close()
  await application?.kill()
  expect(leftovers(root)).toEqual([])
  rmSync(root, { recursive: true })
  return true
}

/** After a number of events and a little time; a row is written at some moment on the way. */
async function killAtRandom(running: Walk, application: Application, written: number[]): Promise<void> {
  await running.heard(1 + random(12))
  const writing = random(3) > 0 ? application.all('INSERT INTO written VALUES (1)') : null
  await sleep(random(2) === 0 ? random(6) : random(60))
  running.child.kill('SIGKILL')
  await running.ended
  await writing?.then(
    () => void written.push(1),
    // A reset leaves no such table.
    () => undefined,
  )
}

const run = promisify(execFile)

async function statusOf(root: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, [devdb, 'status', '--json'], { cwd: root })
  return (JSON.parse(stdout) as { dev: { interrupted: unknown } }).dev.interrupted
}

/** Whole, with no reference to nothing, before or after, and free for whoever wants to write. */
async function check(dev: string, before: string | null, after: string | null): Promise<string | null> {
  const now = await stateOf(dev)
  expect([before, after]).toContain(now)
  if (now === null) return null
  expect(await sql(dev, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  expect(await sql(dev, 'PRAGMA foreign_key_check')).toEqual([])
  await sql(dev, 'BEGIN IMMEDIATE', 'ROLLBACK')
  const namesIn = async (table: string) =>
    (await sql(dev, `SELECT name FROM ${table} ORDER BY name`)).map(({ name }) => name)
  expect(await namesIn('devdb_ledger')).toEqual(await namesIn('SequelizeMeta'))
  return now
}

/** Of the rows that an application committed those that are neither in dev nor, where that was replaced, in a snapshot. */
async function lostRows({ config, snapshots }: Project, written: readonly number[], isReplaced: boolean) {
  if (written.length === 0) return []
  const copies = isReplaced ? (await snapshots.list()).map(({ id }) => snapshots.target(id)) : []
  const found = new Set<unknown>()
  for (const { storage } of [config.dev, ...copies]) {
    const rows = await sql(storage!, 'SELECT id FROM written').catch(() => [])
    for (const { id } of rows) found.add(id)
  }
  return written.filter((id) => !found.has(id))
}

/** With no step in between: what is in is taken back, and what is not is done again. */
async function goOn(engine: Parameters<typeof go>[0], name: WayName, isIn: boolean): Promise<void> {
  const way = isIn ? (name === 'create' ? ways.upgrade : ways.undo) : ways[name]
  expect(await go(engine, way)).toBeNull()
}
