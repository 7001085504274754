/** Migrations up, down and up on a copy, all in one child for as long as none of them ends it. */
import type { Target } from '../database/target.ts'
import type { Problem } from '../error.ts'
import { type Rehearsed, type Stage, skipped } from '../event/rehearsal.ts'
import { noFindings } from '../migration/judge-rehearsal.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import type { RehearsalNote } from '../worker/operation/rehearse-migrations.ts'
import { statesOf } from '../worker/rehearsal-states.ts'
import { callUserCode } from './call-user-code.ts'
import type { Project } from './project.ts'
import { followMigrations } from './runners.ts'

/** Where they run, and where states are kept. */
export interface StagePlaces {
  readonly work: Target
  readonly states: readonly [Target, Target]
}

/**
 * Runs the stages of each until one of them does not succeed, and of the next ones until an up does not succeed. Each starts from the state right
 * after the up of the one before it.
 * @param project the project
 * @param files the migrations, in order
 * @param places where
 * @param signal cancels it
 * @param onRehearsed gets each as soon as it is known
 * @returns one for each file
 * @throws DevdbError `interrupted`
 */
export async function runStages(
  project: Project,
  files: readonly MigrationFile[],
  places: StagePlaces,
  signal: AbortSignal,
  onRehearsed: (rehearsed: Rehearsed) => void,
): Promise<readonly Rehearsed[]> {
  const done: Rehearsed[] = []
  const report = (one: Rehearsed): void => {
    done.push(one)
    onRehearsed(one)
  }
  for (let next = files[0]; next !== undefined; next = files[done.length]) {
    if (done.some(({ up }) => up.result !== 'ok')) report(untried(next.name))
    else {
      const rest = files.slice(done.length)
      const { problem, running, index } = await runInChild(project, rest, places, signal, report)
      const last = rest[index]
      if (problem !== null && last !== undefined) {
        report(diedIn(running ?? untried(last.name), problem))
        await goOnFrom(project, statesOf(places.states, index).afterUp, places.work, running !== null)
      }
    }
  }
  return done
}

interface ChildRun {
  /** Why the child ended too early, or null. */
  readonly problem: Problem | null
  /** What is known of the migration that ran then; null where not even its up had succeeded. */
  readonly running: Rehearsed | null
  /** How many had come to their end. */
  readonly index: number
}

async function runInChild(
  project: Project,
  files: readonly MigrationFile[],
  { work, states }: StagePlaces,
  signal: AbortSignal,
  report: (one: Rehearsed) => void,
): Promise<ChildRun> {
  const { config, dialect } = project
  const connection = await dialect.openForReading(work)
  const logged = await dialect.readMetaTable(connection, config.migrations.meta).finally(() => connection.close())
  let running: Rehearsed | null = null
  let index = 0
  const onNote = ({ rehearsed, isDone }: RehearsalNote): void => {
    running = isDone ? null : rehearsed
    if (!isDone) return
    index += 1
    report(rehearsed)
  }
  const { outcome } = await callUserCode(
    project,
    'rehearse-migrations',
    { target: work, files, setting: config.migrations, logged, states },
    { target: work, runner: followMigrations(files, dialect.filesOf(config.dev)), signal, timeoutMs: null, onNote },
  )
  return { problem: 'problem' in outcome ? outcome.problem : null, running, index }
}

const untried = (name: string): Rehearsed => ({
  name,
  up: skipped,
  down: skipped,
  redo: skipped,
  ...noFindings,
  mergedOrder: null,
  statements: [],
})

/** Code that ends the process: the stage after the last one that is known is the one that did it. */
function diedIn(known: Rehearsed, problem: Problem): Rehearsed {
  const failed: Stage = { result: 'failed', ms: null, problem }
  if (known.up.result !== 'ok') return { ...known, up: failed }
  return known.down.result === 'ok' ? { ...known, redo: failed } : { ...known, down: failed }
}

/** The next one starts from right after the up of this one. */
async function goOnFrom({ dialect }: Project, afterUp: Target, work: Target, isUp: boolean): Promise<void> {
  if (!isUp) return
  await dialect.removeScratch(work)
  await dialect.checkpoint(afterUp, work)
}
