/** One step of the model-based test: a verb that changes dev or its snapshots, with what goes wrong meanwhile. Runs in any process. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { evaluateConfig } from '../../src/config/evaluate-config.ts'
import type { Target } from '../../src/database/target.ts'
import { openSqlite } from '../../src/dialect/sqlite/sqlite-connection.ts'
import { loadSqliteDriver } from '../../src/dialect/sqlite/sqlite-driver.ts'
import { enterDev } from '../../src/engine/enter-dev.ts'
import { openProject, type Project } from '../../src/engine/project.ts'
import { restoreDev } from '../../src/engine/restore-dev.ts'
import { saveSnapshot } from '../../src/engine/save-snapshot.ts'
import { withLock } from '../../src/engine/with-lock.ts'
import { type Problem, toProblem } from '../../src/error.ts'
import type { Event } from '../../src/event/event.ts'
import { createStore } from '../../src/event/store.ts'

/**
 * `change` stands for every verb that works on a copy of dev: upgrade, downgrade, re-apply, roll back, revert drift. `recreate` starts from empty, as
 * `reset --dev` does.
 */
export type Step =
  | {
      readonly verb: 'change' | 'recreate'
      readonly sql: readonly string[]
      readonly fault: WorkFault
      readonly isCode: boolean
    }
  | { readonly verb: 'restore'; readonly snapshot: string; readonly race: string | null }
  | { readonly verb: 'undo'; readonly race: string | null }
  | { readonly verb: 'save' }
  | { readonly verb: 'delete'; readonly snapshot: string }

/** What goes wrong while the work of a change runs. */
export type WorkFault =
  | null
  /** The work throws, as a migration that fails. */
  | { readonly kind: 'fails' }
  /** It writes to dev itself, and then throws. */
  | { readonly kind: 'reaches dev and fails'; readonly sql: string }
  /** Somebody else writes to dev during the first attempt. */
  | { readonly kind: 'written to'; readonly sql: string }
  /** The journal of changes cannot be written any more. */
  | { readonly kind: 'no journal' }

/** How a step ended. */
export interface StepEnd {
  readonly saved: string | null
  readonly problem: Problem | null
  readonly told: readonly Event[]
}

const driver = loadSqliteDriver(process.cwd())

/** Runs SQL on a file through a connection of its own. */
export async function run(file: string, statements: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const connection = await openSqlite(driver, file, 'create', 5000)
  try {
    let rows: readonly Record<string, unknown>[] = []
    for (const statement of statements) rows = await connection.all(statement)
    return rows
  } finally {
    await connection.close()
  }
}

/** The project of a sequence: everything stays that a snapshot holds. */
export function openModelProject(root: string, told: Event[] = []): Project {
  const plain = { models: './models', migrations: './migrations', dev: 'sqlite:dev.db', snapshots: { keep: 1000 } }
  const store = createStore()
  store.subscribe((event) => void told.push(event))
  return openProject(evaluateConfig(plain, join(root, 'devdb.config.json'), []), store, 'test', 5000)
}

/** Where the journal of changes is drafted: with a folder there, it cannot be written. */
export const journalDraft = (root: string): string => join(root, '.devdb/snapshots/last-change.json.new')

/** Does one step. */
export async function perform(root: string, step: Step): Promise<StepEnd> {
  const told: Event[] = []
  const project = openModelProject(root, told)
  const { store } = project
  const signal = new AbortController().signal
  try {
    if (step.verb === 'restore' || step.verb === 'undo') {
      const race = step.race === null ? null : run(join(root, 'dev.db'), [step.race]).catch(() => undefined)
      const wish = step.verb === 'undo' ? ({ undo: true, change: null } as const) : { snapshot: step.snapshot }
      const { saved, problem } = await restoreDev(project, wish, store.emit, signal)
      await race
      return { saved, problem, told }
    }
    const saved = await withLock(project, signal, store.emit, async () => {
      if (step.verb === 'save') return (await saveSnapshot(project, { reason: 'model', name: null }, store.emit)).id
      if (step.verb === 'delete') return project.snapshots.remove(step.snapshot).then(() => null)
      let attempt = 0
      const work = async (copy: Target) => {
        attempt += 1
        await run(copy.storage!, step.sql)
        await goWrong(root, step.fault, attempt)
        return { outcome: null, enter: copy }
      }
      const entry = { what: step.verb, fromEmpty: step.verb === 'recreate', runsCode: step.isCode }
      return (await enterDev<null>(project, entry, store.emit, work)).saved
    })
    return { saved, problem: null, told }
  } catch (error) {
    return { saved: null, problem: toProblem(error), told }
  } finally {
    rmSync(journalDraft(root), { recursive: true, force: true })
  }
}

async function goWrong(root: string, fault: WorkFault, attempt: number): Promise<void> {
  if (fault === null) return
  const dev = join(root, 'dev.db')
  if (fault.kind === 'written to' && attempt === 1) await run(dev, [fault.sql])
  if (fault.kind === 'reaches dev and fails') await run(dev, [fault.sql])
  if (fault.kind === 'no journal') mkdirSync(journalDraft(root))
  if (fault.kind === 'fails' || fault.kind === 'reaches dev and fails') throw new Error('on purpose')
}
