/**
 * Random sequences of everything that changes dev or its snapshots, with random faults, against a simple model: what dev holds, and which of the states
 * that it held must be in a snapshot. `npm run test:model -- 10000 [SEED]` makes more of it.
 */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findInterrupted } from '../../src/engine/settle-last-change.ts'
import { withLock } from '../../src/engine/with-lock.ts'
import { moments } from '../../src/process/reach.ts'
import { openModelProject, perform, run, type Step, type StepEnd, type WorkFault } from './model-step.ts'

const sequences = Number(process.env.MODEL_SEQUENCES ?? 200)
const seed = Number(process.env.MODEL_SEED ?? 1)
const stepsEach = 6

/** A small generator, so that a seed gives the same sequence again: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function generator(start: number) {
  let state = start
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** What a database holds, as one text; null where there is none. */
async function contentOf(file: string): Promise<string | null> {
  if (!existsSync(file)) return null
  const tables = await run(file, ["SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"])
  const rows: unknown[] = []
  for (const { name } of tables) rows.push(await run(file, [`SELECT * FROM "${String(name)}" ORDER BY 1`]))
  return JSON.stringify([tables, rows])
}

/** The rows of the table that everybody writes to. */
function idsIn(content: string): readonly unknown[] {
  const [tables, rows] = JSON.parse(content) as [{ name: string }[], { id: unknown }[][]]
  return (rows[tables.findIndex(({ name }) => name === 't')] ?? []).map(({ id }) => id)
}

/** Ways to damage a file that holds a snapshot. */
const damages: readonly ((file: string, at: (below: number) => number) => void)[] = [
  (file) => truncateSync(file, 0),
  (file, at) => truncateSync(file, Math.max(1, at(readFileSync(file).length))),
  (file, at) => appendFileSync(file, Buffer.alloc(1 + at(5000), 7)),
  (file, at) => {
    const bytes = readFileSync(file)
    bytes[at(bytes.length)]! ^= 1 << at(8)
    writeFileSync(file, bytes)
  },
  (file) => writeFileSync(file, 'no database at all'),
]

const program = fileURLToPath(new URL('../../fixtures/engine-program/dist/model-step.js', import.meta.url))

/** One sequence. */
class Sequence {
  readonly root = mkdtempSync(join(tmpdir(), 'devdb-model-'))
  readonly dev = join(this.root, 'dev.db')
  readonly log: string[] = []
  /** What each intact snapshot holds, by id. */
  private held = new Map<string, string>()
  private readonly damaged = new Set<string>()
  private next = 1
  private readonly random: (below: number) => number

  constructor(of: number) {
    this.random = generator(of)
  }

  async play(): Promise<void> {
    const mode = this.random(2) === 0 ? 'delete' : 'wal'
    await run(this.dev, [`PRAGMA journal_mode = ${mode}`, 'CREATE TABLE t (id INTEGER PRIMARY KEY)', this.row()])
    this.log.push(mode)
    for (let count = 0; count < stepsEach; count++) await this.step()
  }

  private row = (): string => `INSERT INTO t VALUES (${this.next++})`
  private pick = <Item>(items: readonly Item[]): Item => items[this.random(items.length)]!

  private async step(): Promise<void> {
    const dice = this.random(20)
    if (dice < 2 && existsSync(this.dev)) return this.writeOutside()
    if (dice === 2 && this.held.size > 0) return this.damage()
    if (dice === 3 && this.random(3) === 0) return this.removeDev()
    const step = this.makeStep()
    if (this.random(16) === 0) await this.kill(step)
    else await this.go(step)
  }

  /** An application writes. What it replaces is its own business. */
  private async writeOutside(): Promise<void> {
    const sql = this.random(3) === 0 ? 'DELETE FROM t WHERE id % 2 = 0' : this.row()
    this.log.push(`outside: ${sql}`)
    await run(this.dev, ['CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY)', sql])
  }

  private async damage(): Promise<void> {
    const { snapshots } = openModelProject(this.root)
    // One of a change that was killed has no checksum yet.
    const sealed = (await snapshots.list()).filter(({ id, seal }) => this.held.has(id) && seal !== null)
    if (sealed.length === 0) return
    const { id } = this.pick(sealed)
    const file = snapshots.target(id).storage!
    const before = readFileSync(file)
    this.pick(damages)(file, this.random)
    if (readFileSync(file).equals(before)) return
    this.log.push(`damage ${id}`)
    this.held.delete(id)
    this.damaged.add(id)
  }

  /** Somebody removes dev alone, as many do; what an application left beside it stays. */
  private async removeDev(): Promise<void> {
    this.log.push('remove dev')
    rmSync(this.dev, { force: true })
    if (this.random(2) === 0) writeFileSync(`${this.dev}-wal`, 'left by an application that is gone')
    if (this.random(2) === 0) writeFileSync(`${this.dev}-journal`, 'left by another one')
  }

  private makeStep(): Step {
    const all = [...this.held.keys(), ...this.damaged]
    const race = this.random(4) === 0 ? this.row() : null
    const dice = this.random(12)
    if (dice < 3 && all.length > 0) return { verb: 'restore', snapshot: this.pick(all), race }
    if (dice < 5) return { verb: 'undo', race }
    if (dice === 5) return { verb: 'save' }
    if (dice === 6 && all.length > 0) return { verb: 'delete', snapshot: this.pick(all) }
    const verb = dice === 7 ? 'recreate' : 'change'
    const sql = ['CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY)', this.row(), this.pick(work)(this.next++)]
    return { verb, sql, fault: this.fault(), isCode: this.random(2) === 0 }
  }

  private fault(): WorkFault {
    const sql = this.pick([this.row(), 'DELETE FROM t'])
    const kind = this.pick([
      null,
      null,
      null,
      null,
      'fails',
      'reaches dev and fails',
      'written to',
      'no journal',
    ] as const)
    if (kind === null) return null
    if (!existsSync(this.dev) && kind !== 'fails') return null
    return kind === 'fails' || kind === 'no journal' ? { kind } : { kind, sql }
  }

  private async go(step: Step): Promise<void> {
    // Only the look at other processes takes a second; without code of the project's in it, a change is repeated at once.
    const plain = step.verb === 'change' || step.verb === 'recreate' ? { ...step, isCode: false } : step
    const wanted = this.random(40) === 0 ? step : plain
    const before = await contentOf(this.dev)
    const end = await perform(this.root, wanted)
    this.log.push(
      `${JSON.stringify(wanted)}: ${end.problem === null ? 'done' : `${end.problem.code} ${end.problem.message}`}`,
    )
    await this.check(wanted, before, end)
  }

  /** The process is killed at some moment on the way. */
  private async kill(step: Step): Promise<void> {
    const moment = this.pick(moments)
    const before = await contentOf(this.dev)
    this.log.push(`${JSON.stringify(step)}: killed at ${moment}`)
    const env = { ...process.env, DEVDB_KILL_AT: moment }
    const child = spawn(process.execPath, [program, this.root, JSON.stringify(step)], { stdio: 'inherit', env })
    await new Promise((resolve) => child.once('exit', resolve))
    const told: { kind: string; isIn?: boolean }[] = []
    const project = openModelProject(this.root, told as never)
    const found = await findInterrupted(project).catch(() => null)
    const after = await contentOf(this.dev)
    await withLock(project, new AbortController().signal, project.store.emit, async () => undefined)
    const settled = told.find(({ kind }) => kind === 'change-settled')
    if (found !== null) expect(settled?.isIn).toBe(found.isIn)
    // Settling changes nothing in dev.
    expect(await contentOf(this.dev)).toBe(after)
    const isWritten = 'race' in step ? step.race !== null : 'fault' in step && step.fault !== null
    if (found?.isIn === false && !isWritten) expect(after).toBe(before)
    const isDelete = step.verb === 'delete'
    if (isDelete) this.held.delete(step.snapshot)
    const isRaced = 'race' in step && step.race !== null
    const isOnlyRace = isRaced && found?.isIn !== true
    await this.checkHeld(after === before || isOnlyRace ? null : before, isRaced)
  }

  private async check(step: Step, before: string | null, end: StepEnd): Promise<void> {
    const after = await contentOf(this.dev)
    const fault = 'fault' in step ? step.fault : null
    const isRaced = 'race' in step && step.race !== null
    if (step.verb === 'delete') {
      this.held.delete(step.snapshot)
      this.damaged.delete(step.snapshot)
    }
    if (step.verb === 'restore' && this.damaged.has(step.snapshot)) expect(end.problem?.code).toBe('snapshot-broken')
    const wanted = step.verb === 'restore' ? this.held.get(step.snapshot) : undefined
    if (wanted !== undefined && !isRaced) expect([end.problem, after]).toEqual([null, wanted])
    if (step.verb === 'save' && before !== null) expect(end.problem).toBeNull()
    if (step.verb === 'save' || step.verb === 'delete') expect(after).toBe(before)
    if (fault?.kind === 'fails') expect(after).toBe(before)
    if (fault?.kind === 'no journal') expect([after, end.problem === null]).toEqual([before, false])
    if (fault === null && 'fault' in step) expect(end.problem).toBeNull()
    if (end.problem !== null && !isRaced && fault === null) expect(after).toBe(before)
    if (end.problem?.message.match(/nothing was changed|is as it was/) && !isRaced) expect(after).toBe(before)
    if (after !== before && before !== null && end.problem === null) expect(end.saved).not.toBeNull()
    // Where nothing was done, what another one wrote is all that changed.
    const isOnlyRace = isRaced && end.problem !== null
    await this.checkHeld(after === before || isOnlyRace ? null : before, isRaced)
    // What is called the snapshot of right before holds that, but for what was written in the meantime.
    if (end.saved !== null && before !== null && !isRaced && fault?.kind !== 'written to')
      expect(this.held.get(end.saved)).toBe(before)
    for (const event of end.told) if (event.kind === 'snapshot-saved') expect([...this.held.keys()]).toContain(event.id)
    expect(await run(this.dev, ['PRAGMA integrity_check']).catch(() => 'absent')).toEqual(
      existsSync(this.dev) ? [{ integrity_check: 'ok' }] : expect.anything(),
    )
  }

  /** All that was held is held still, and what dev was before is, too. */
  private async checkHeld(replaced: string | null, isRaced: boolean): Promise<void> {
    const { snapshots } = openModelProject(this.root)
    const now = new Map<string, string>()
    for (const { id } of await snapshots.list()) {
      if (this.damaged.has(id)) continue
      now.set(id, (await contentOf(snapshots.target(id).storage!))!)
    }
    for (const [id, content] of this.held) expect([id, now.get(id)]).toEqual([id, content])
    const contents = [...now.values()]
    // With one more row, where that was written first.
    if (isRaced && replaced !== null)
      expect(contents.some((content) => idsIn(replaced).every((id) => idsIn(content).includes(id)))).toBe(true)
    else if (replaced !== null) expect(contents).toContain(replaced)
    this.held = now
  }
}

/** What the work of a change does besides. */
const work: readonly ((number: number) => string)[] = [
  (number) => `CREATE TABLE made_${number} AS SELECT ${number} AS x`,
  () => 'DELETE FROM t WHERE id % 3 = 0',
  () => 'CREATE INDEX IF NOT EXISTS t_id ON t (id)',
  (number) => `CREATE TABLE blob_${number} AS SELECT randomblob(9000) AS x`,
]

test(
  'whatever happens, each state that dev had is in dev or in a snapshot, and reports are true',
  async () => {
    let number = 0
    const lane = async (): Promise<void> => {
      while (number < sequences) {
        const of = seed + number++
        const sequence = new Sequence(of)
        await sequence.play().catch((error: Error) => {
          number = sequences
          error.message = `MODEL_SEED=${of} MODEL_SEQUENCES=1: ${error.message}\n${sequence.log.join('\n')}`
          throw error
        })
        rmSync(sequence.root, { recursive: true, force: true })
      }
    }
    await Promise.all([lane(), lane(), lane()])
  },
  60_000 + sequences * 1500,
)
