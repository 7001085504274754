/** The change of dev: an upgrade, a downgrade or a reset, tried on a working copy that then takes dev's place in one transaction. */
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Target } from '../database/target.ts'
import type { WorkResult } from '../dialect/dialect.ts'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import type { Direction, Emit, Event, EventFields, EventKind, MigrationStatus } from '../event/event.ts'
import { noRowLoss, type RowReport } from '../event/row-loss.ts'
import { readBoard } from '../migration/board.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { reach } from '../process/reach.ts'
import { checkpointAfter } from '../worker/checkpoint-after.ts'
import type { LoadedCode } from '../worker/operation/run-migrations.ts'
import { aboutMigration } from './about-migration.ts'
import { applyBaseline, startsFromBaseline } from './apply-baseline.ts'
import { baselineNames } from './build-shadow.ts'
import { callUserCode } from './call-user-code.ts'
import { countGone } from './count-gone.ts'
import { enterDev } from './enter-dev.ts'
import { ledgerChange, sourcesOf } from './ledger-change.ts'
import { writeOwnLedger } from './own-code.ts'
import { checkReset } from './prepare-reset.ts'
import type { Project } from './project.ts'
import { readBaseline } from './read-baseline.ts'
import { type DevPosition, readDevPosition } from './read-dev-board.ts'
import { followMigrations } from './runners.ts'
import { withLock } from './with-lock.ts'

/** What is wanted. */
export interface ChangeWish {
  readonly direction: Direction
  /** Which migrations, in the order in which they run. */
  plan(migrations: readonly MigrationStatus[]): readonly string[]
  /** Starts from an empty database, or from the baseline; then all migrations must succeed, or nothing is changed. */
  readonly fromEmpty: boolean
  /** What is done, in a few words, for the list of snapshots and for who takes it back: `upgrade head`. */
  readonly what: string
}

/** How it ended. */
export interface ChangeReport {
  /** Names of the migrations that are in dev now and were not before, or the other way round. */
  readonly names: readonly string[]
  /** Id of the snapshot of dev as it was right before, or null when there was nothing to keep or to change. */
  readonly saved: string | null
  /** What the rows went through. */
  readonly rows: RowReport
  readonly ms: number
  readonly problem: Problem | null
}

interface Ran {
  readonly done: readonly string[]
  readonly problem: Problem | null
}

/**
 * Changes dev. Nothing but `stop` ends it early, and then dev stays as it was.
 * @param project the project
 * @param wish what is wanted
 * @param emit where its events go
 * @param stop the last resort of somebody who presses Ctrl-C twice
 */
export async function changeDev(
  project: Project,
  wish: ChangeWish,
  emit: Emit,
  stop: AbortSignal,
): Promise<ChangeReport> {
  const startedAt = performance.now()
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  try {
    const report = await withLock(project, stop, emit, () => change(project, wish, emit, stop))
    project.timings.save()
    return { ...report, ms: elapsed() }
  } catch (error) {
    return { names: [], saved: null, rows: noRowLoss, ms: elapsed(), problem: toProblem(error) }
  }
}

async function change(
  project: Project,
  wish: ChangeWish,
  emit: Emit,
  stop: AbortSignal,
): Promise<Omit<ChangeReport, 'ms'>> {
  const { config } = project
  if (wish.fromEmpty) await checkReset(project)
  const { board, files, logged } = await readDevPosition(project)
  const isNew = wish.direction === 'upgrade' && logged.length === 0 && (await startsFromBaseline(project, config.dev))
  // A new dev database has the baseline's migrations before any other.
  const names = wish.plan(isNew ? await readBoard(files, [...(await baselineNames(project, stop))]) : board.migrations)
  if (names.length === 0 && !wish.fromEmpty && !isNew) return { names, saved: null, rows: noRowLoss, problem: null }
  if (wish.fromEmpty) emit('reset-started', { url: config.dev.label })
  else emit('change-started', { direction: wish.direction, names })
  const result = await enterDev<Ran>(
    project,
    { what: wish.what, fromEmpty: wish.fromEmpty, runsCode: true },
    emit,
    (copy) => migrateCopy(project, wish, copy, emit, stop),
  )
  return {
    names: result.changed ? result.outcome.done : [],
    saved: result.saved,
    // Recreated, dev has nothing of what it had, as was said before.
    rows: wish.fromEmpty ? noRowLoss : await countGone(project, result.saved),
    problem: result.outcome.problem,
  }
}

/** Runs the migrations on the copy, after the baseline where it is empty, and says which copy holds the longest run that succeeded. */
async function migrateCopy(
  project: Project,
  wish: ChangeWish,
  copy: Target,
  emit: Emit,
  stop: AbortSignal,
): Promise<WorkResult<Ran>> {
  const { config, dialect } = project
  const isNew = wish.direction === 'upgrade' && (await startsFromBaseline(project, copy))
  if (isNew) await applyBaseline(project, (await readBaseline(config))!, copy, stop)
  const position = await readDevPosition(project, copy)
  const names = wish.plan(position.board.migrations)
  if (names.length === 0 && !wish.fromEmpty && !isNew) return { outcome: { done: [], problem: null }, enter: null }
  const folder = join(config.folder, 'work')
  const checkpoints = [dialect.scratch(folder, 'checkpoint-0'), dialect.scratch(folder, 'checkpoint-1')] as const
  const ran =
    names.length === 0
      ? { done: [], problem: null, loaded: [] }
      : await runInChild(project, wish, position, names, copy, checkpoints, emit, stop)
  if (stop.aborted) throw new DevdbError('interrupted', `stopped; ${config.dev.label} is as it was`)
  const isPartial = ran.done.length > 0 && !wish.fromEmpty
  const partial = isPartial ? checkpointAfter(ran.done.length, checkpoints) : null
  const enter = ran.problem === null ? copy : partial
  reach('ledger-due')
  const sources = sourcesOf(position.files, ran.loaded)
  if (enter !== null)
    await writeOwnLedger(dialect, config.folder, enter, ledgerChange(wish.direction, ran.done, sources))
  reach('ledger-written')
  return { outcome: ran, enter }
}

async function runInChild(
  project: Project,
  wish: ChangeWish,
  { files, logged }: DevPosition,
  names: readonly string[],
  copy: Target,
  checkpoints: readonly Target[],
  emit: Emit,
  stop: AbortSignal,
): Promise<Ran & { readonly loaded: readonly LoadedCode[] }> {
  const { config, dialect, timings } = project
  const wanted = names.map((name) => files.find((file) => file.name === name)!)
  const loaded: LoadedCode[] = []
  const told = watchProgress(project, files, copy, emit)
  const call = await callUserCode(
    project,
    'run-migrations',
    {
      target: copy,
      checkpoints,
      direction: wish.direction,
      files: wanted,
      setting: config.migrations,
      logged,
      estimates: timings.all(),
    },
    {
      target: copy,
      runner: followMigrations(wanted, dialect.filesOf(config.dev)),
      signal: stop,
      timeoutMs: null,
      emit: told.emit,
      onNote: (code) => loaded.push(code),
      onLine: (line) => emit('output-captured', { source: 'migration', line }),
    },
  )
  if ('result' in call.outcome) return { ...told.conclude(wish.direction, call.outcome.result), loaded }
  // The child died, or its code called process.exit: what it had told before counts.
  return { ...told.conclude(wish.direction, { done: told.done, problem: call.outcome.problem }), loaded }
}

/** Follows the child's events: what is done, what ran last, how long it took; names dev where the child names the copy. */
function watchProgress({ config, timings }: Project, files: readonly MigrationFile[], copy: Target, emit: Emit) {
  const done: string[] = []
  let current: { readonly migration: string; readonly startedAt: number } | null = null
  return {
    done,
    emit: <Kind extends EventKind>(kind: Kind, fields: EventFields[Kind]): void => {
      const event = { kind, ...fields } as unknown as Event
      if (event.kind === 'statement-run') {
        const database = event.database === copy.storage ? config.dev.label : event.database
        emit('statement-run', { database, sql: event.sql, ms: event.ms, error: event.error })
        return
      }
      if (event.kind === 'migration-started') current = { migration: event.migration, startedAt: performance.now() }
      if (event.kind === 'migration-finished') {
        done.push(event.migration)
        reach('migration-told')
        timings.set(`${event.direction} ${event.migration}`, event.ms)
      }
      emit(kind, fields)
    },
    conclude(direction: Direction, { done: finished, problem }: Ran): Ran {
      if (problem === null) return { done: finished, problem }
      const migration = problem.migration ?? current?.migration ?? ''
      const path = files.find(({ name }) => name === migration)?.path
      const named = aboutMigration(problem, migration, path, direction)
      const ms = current === null ? 0 : Math.round(performance.now() - current.startedAt)
      emit('migration-failed', { migration, direction, ms, problem: named })
      return { done: finished, problem: named }
    },
  }
}
