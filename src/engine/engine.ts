/** The verbs: build, upgrade, downgrade, reset, restore, undo. One queue; the newest build wins; a change of dev is never aborted. */
import { performance } from 'node:perf_hooks'
import { toProblem } from '../error.ts'
import type { Board, Emit } from '../event/event.ts'
import { migrationsToApply, migrationsToRevert } from '../migration/migration-target.ts'
import { describeChange } from '../schema/describe-change.ts'
import type { Schema } from '../schema/schema.ts'
import { buildThrowaway } from './build-throwaway.ts'
import type { BuildReport } from './building.ts'
import { type ChangeReport, type ChangeWish, changeDev } from './change-dev.ts'
import { compareModels } from './compare-models.ts'
import { createDrafting, type Drafting } from './drafting.ts'
import { findReversal } from './find-reversal.ts'
import { keepNeeds } from './model-needs.ts'
import type { Project } from './project.ts'
import { createQueue } from './queue.ts'
import { readDevPosition } from './read-dev-board.ts'
import { createRehearsing, type Rehearsing } from './rehearsing.ts'
import { createSnapshotVerbs, type SnapshotVerbs } from './snapshot-verbs.ts'
import { createStepBackVerbs, type StepBackVerbs } from './step-back-verbs.ts'
import { withLock } from './with-lock.ts'

/** What can be done to a project. Each verb resolves when it has come to its end, and reports on the way through events. */
export interface Engine extends SnapshotVerbs, StepBackVerbs {
  /** Builds the throwaway. Null: a newer build took its place. */
  build(reason: string): Promise<BuildReport | null>
  upgrade(target: string): Promise<ChangeReport>
  downgrade(target: string): Promise<ChangeReport>
  /** Recreates dev from its migrations. */
  resetDev(): Promise<ChangeReport>
  /** Reads dev's board and tells it. Null: it could not be read, and the Problem was told. */
  readBoard(): Promise<Board | null>
  /** Compares the models of the last build with the migrations, which have changed. */
  compareModels(): void
  /** Tries pending migrations on a copy of dev. */
  readonly rehearsing: Rehearsing
  /** What `g` does. */
  readonly drafting: Drafting
  idle(): Promise<void>
  /** Cancels a build, lets a change come to its end. */
  close(): Promise<void>
}

/** What to be told besides events. */
export interface EngineSetting {
  /** After each build that was not cancelled. */
  onBuilt?(report: BuildReport): void
  /** Whether each good build is followed by a comparison of its models with the migrations. */
  readonly comparesModels?: boolean
  /** Whether pending migrations are rehearsed whenever it is worth it. */
  readonly rehearses?: boolean
  /** Ends even a change; dev then stays as it was. */
  readonly stop?: AbortSignal
}

/**
 * Makes the engine of a project.
 * @param project the project
 * @param setting what to be told
 */
export function createEngine(project: Project, setting: EngineSetting = {}): Engine {
  const queue = createQueue()
  const stop = setting.stop ?? new AbortController().signal
  let count = 0
  let models: Schema | null = null
  let settleBuild: ((report: BuildReport | null) => void) | null = null

  const readBoard = async (): Promise<Board | null> => {
    try {
      const position = await readDevPosition(project)
      const { board } = position
      project.store.emit('board-read', { board, reversal: await findReversal(project, board.migrations) })
      if (setting.rehearses === true) void rehearsing.look(position)
      return board
    } catch (error) {
      project.store.emit('board-failed', { problem: toProblem(error) })
      return null
    }
  }

  const compare = async (signal: AbortSignal): Promise<'done' | 'aborted'> => {
    const startedAt = performance.now()
    if (models === null) return 'done'
    const { store } = project
    try {
      const { changes, accepted, stale } = await withLock(project, signal, store.emit, () =>
        compareModels(project, models!, signal),
      )
      keepNeeds(project, changes)
      store.emit('models-compared', {
        changes: changes.map(describeChange),
        accepted,
        stale,
        ms: Math.round(performance.now() - startedAt),
      })
    } catch (error) {
      if (signal.aborted) return 'aborted'
      store.emit('models-compare-failed', { problem: toProblem(error) })
    }
    return 'done'
  }

  const pushComparison = (): void => queue.push({ kind: 'compare', run: compare })

  const pushChange = (wish: ChangeWish): Promise<ChangeReport> =>
    new Promise((resolve) => {
      queue.push({
        kind: 'change',
        run: async () => {
          const emit = project.store.emitFor(`${wish.direction}-${++count}`)
          const report = await changeDev(project, wish, emit, stop)
          tellChange(project, wish, report, emit)
          await readBoard()
          resolve(report)
          return 'done'
        },
      })
    })

  const upgrade = (target: string): Promise<ChangeReport> =>
    pushChange({
      direction: 'upgrade',
      fromEmpty: false,
      what: `upgrade ${target}`,
      plan: (board) => migrationsToApply(board, target),
    })

  const rehearsing = createRehearsing({ project, push: (job) => queue.push(job) })

  const drafting = createDrafting({
    project,
    push: (job) => queue.push(job),
    models: () => models,
    upgrade: async () => (await upgrade('head')).problem,
    stop,
  })

  return {
    build(reason) {
      settleBuild?.(null)
      return new Promise((resolve) => {
        settleBuild = resolve
        queue.push({
          kind: 'build',
          run: async (signal) => {
            const report = await buildThrowaway(
              project,
              reason,
              project.store.emitFor(`build-${++count}`),
              anyOf(signal, stop),
            )
            if (report.isCancelled && !stop.aborted) return 'aborted'
            if (settleBuild === resolve) settleBuild = null
            setting.onBuilt?.(report)
            resolve(report)
            if (report.problem === null && setting.comparesModels === true) {
              models = report.schema
              pushComparison()
              drafting.refresh()
            }
            return 'done'
          },
        })
      })
    },
    upgrade,
    downgrade: (target) =>
      pushChange({
        direction: 'downgrade',
        fromEmpty: false,
        what: `downgrade ${target}`,
        plan: (board) => migrationsToRevert(board, target),
      }),
    resetDev: () =>
      pushChange({
        direction: 'upgrade',
        fromEmpty: true,
        what: 'reset --dev',
        // On the copy everything is pending that the baseline does not stand for; the plan of the live board is not used.
        plan: (board) => migrationsToApply(board, 'head'),
      }),
    ...createSnapshotVerbs({
      project,
      stop,
      push: (job) => queue.push(job),
      nameJob: (kind) => `${kind}-${++count}`,
      readBoard,
    }),
    readBoard,
    ...createStepBackVerbs({
      project,
      stop,
      push: (job) => queue.push(job),
      nameJob: (kind) => `${kind}-${++count}`,
      readBoard,
    }),
    compareModels() {
      pushComparison()
      drafting.refresh()
    },
    rehearsing,
    drafting,
    idle: () => queue.idle(),
    close: () => queue.close(),
  }
}

function tellChange(
  { config }: Project,
  { direction, fromEmpty }: ChangeWish,
  { names, saved, ms, problem }: ChangeReport,
  emit: Emit,
): void {
  if (fromEmpty && problem !== null) emit('reset-failed', { problem })
  else if (fromEmpty) emit('reset-finished', { url: config.dev.label, names, saved, ms })
  else if (problem !== null) emit('change-failed', { direction, names, saved, problem })
  else emit('change-finished', { direction, names, saved, ms })
}

const anyOf = (...signals: readonly AbortSignal[]): AbortSignal => AbortSignal.any([...signals])
