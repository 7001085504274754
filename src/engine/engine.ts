/** The verbs: build, upgrade, downgrade, reset, restore, undo. One queue; the newest build wins; a change of dev is never aborted. */
import { performance } from 'node:perf_hooks'
import { toProblem } from '../error.ts'
import type { Board } from '../event/event.ts'
import { withEither } from '../process/with-either.ts'
import { describeChange } from '../schema/describe-change.ts'
import type { Schema } from '../schema/schema.ts'
import { type Built, buildThrowaway } from './build-throwaway.ts'
import type { BuildReport } from './building.ts'
import { placeFor } from './call-user-code.ts'
import { type ChangeVerbs, createChangeVerbs } from './change-verbs.ts'
import { compareModels } from './compare-models.ts'
import { countRows } from './count-rows.ts'
import { createDrafting, type Drafting } from './drafting.ts'
import { createDrifting, type Drifting } from './drifting.ts'
import type { BuildWish } from './fill-throwaway.ts'
import { findReversal } from './find-reversal.ts'
import { createHooking } from './hooking.ts'
import { keepNeeds } from './model-needs.ts'
import type { Project } from './project.ts'
import { createQueue } from './queue.ts'
import { orReject } from './queued.ts'
import { readDevPosition } from './read-dev-board.ts'
import { createRehearsing, type Rehearsing } from './rehearsing.ts'
import { createSnapshotVerbs, type SnapshotVerbs } from './snapshot-verbs.ts'
import { createStepBackVerbs, type StepBackVerbs } from './step-back-verbs.ts'
import { withLock } from './with-lock.ts'

/** What can be done to a project. Each verb resolves when it has come to its end, and reports on the way through events. */
export interface Engine extends ChangeVerbs, SnapshotVerbs, StepBackVerbs {
  /** Builds the throwaway. Null: a newer build took its place. */
  build(reason: string, wish?: Omit<BuildWish, 'reason'>): Promise<BuildReport | null>
  /** Counts what recreating dev would lose, and tells it. */
  prepareReset(): Promise<void>
  /** Reads dev's board and tells it. Null: it could not be read, and the Problem was told. */
  readBoard(): Promise<Board | null>
  /** Compares the models of the last build with the migrations, which have changed. */
  compareModels(): void
  /** Tries pending migrations on a copy of dev. */
  readonly rehearsing: Rehearsing
  /** What `D` does. */
  readonly drifting: Drifting
  /** What `g` does. */
  readonly drafting: Drafting
  /** Resolves when nothing runs and nothing waits, hooks included. */
  idle(): Promise<void>
  /** Cancels a build, lets a change come to its end. */
  close(): Promise<void>
}

/** What to be told besides events. */
export interface EngineSetting {
  /** After each build that was not cancelled. */
  onBuilt?(report: BuildReport): void
  /** Before a build that gave up is run again: files were written while it loaded them. */
  onOutdated?(): Promise<void>
  /** Whether each good build is followed by a comparison of its models with the migrations. */
  readonly comparesModels?: boolean
  /** Whether pending migrations are rehearsed whenever it is worth it. */
  readonly rehearses?: boolean
  /** Whether a child waits for the next build, with everything loaded. */
  readonly keepsWarm?: boolean
  /** Ends even a change; dev then stays as it was. */
  readonly stop?: AbortSignal
}

/**
 * Makes the engine of a project.
 * @param project the project
 * @param setting what to be told
 */
export function createEngine(project: Project, setting: EngineSetting = {}): Engine {
  const reportDefect = (error: unknown): void => project.store.emit('problem-raised', { problem: toProblem(error) })
  const queue = createQueue(reportDefect)
  const stop = setting.stop ?? new AbortController().signal
  let count = 0
  let models: Schema | null = null
  let settleBuild: ((report: BuildReport | null) => void) | null = null

  let readings = 0
  const lookAtBoard = async (): Promise<() => Board | null> => {
    readings += 1
    const reading = readings
    try {
      const position = await readDevPosition(project)
      const { board } = position
      const reversal = await findReversal(project, board.migrations)
      return () => {
        // What a later one finds must not be followed by what was true before it.
        if (reading !== readings) return board
        project.store.emit('board-read', { board, reversal })
        if (setting.comparesModels === true) drifting.look(position).catch(reportDefect)
        if (setting.rehearses === true) rehearsing.look(position).catch(reportDefect)
        return board
      }
    } catch (error) {
      return () => {
        project.store.emit('board-failed', { problem: toProblem(error) })
        return null
      }
    }
  }
  const readBoard = async (): Promise<Board | null> => (await lookAtBoard())()
  const compare = async (signal: AbortSignal): Promise<'done' | 'aborted'> => {
    const startedAt = performance.now()
    if (models === null) return 'done'
    const { store, config } = project
    if (config.builtFrom === 'migrations') {
      store.emit('throwaway-listed', { tables: (await countRows(project, config.throwaway)) ?? [] })
      drifting.compare()
      return 'done'
    }
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
      drifting.compare()
    } catch (error) {
      if (signal.aborted) return 'aborted'
      store.emit('models-compare-failed', { problem: toProblem(error) })
    }
    return 'done'
  }

  const warmUp = (): void => {
    const { config, dialect, pool } = project
    const scripts = config.steps.flatMap((step) => ('sql' in step && step.env === undefined ? [step.sql] : []))
    pool.refill(placeFor(config, config.build), { target: config.build, scripts }, ['sequelize', dialect.driver])
  }

  const pushComparison = (): void => queue.push({ kind: 'compare', run: compare })

  /** Those who wait for a build have it already; what follows it comes first. */
  const pushVerification = (verify: NonNullable<Built['verify']>, wish: Omit<BuildWish, 'reason'>): void =>
    queue.push({
      kind: 'verify',
      run: async (signal) => {
        const isTrue = await withEither(signal, stop, verify)
        if (signal.aborted) return 'aborted'
        if (setting.keepsWarm === true) warmUp()
        if (!isTrue) engine.build('the models came to something else than before', wish).catch(() => undefined)
        return 'done'
      },
    })

  const hooking = createHooking(project, stop)

  const changes = createChangeVerbs({
    project,
    stop,
    onUpgraded: () => hooking.afterUpgrade(),
    push: (job) => queue.push(job),
    nameJob: (kind) => `${kind}-${++count}`,
    lookAtBoard,
  })

  const rehearsing = createRehearsing({ project, push: (job) => queue.push(job) })

  const drifting = createDrifting({
    project,
    stop,
    push: (job) => queue.push(job),
    models: () => models,
    emitFor: (kind) => project.store.emitFor(`${kind}-${++count}`),
    readBoard: () => readBoard(),
  })

  const drafting = createDrafting({
    project,
    push: (job) => queue.push(job),
    models: () => models,
    upgrade: async () => (await changes.upgrade('head')).problem,
    stop,
  })

  const engine: Engine = {
    build(reason, wish = {}) {
      settleBuild?.(null)
      let tries = 0
      return new Promise((resolve, reject) => {
        settleBuild = resolve
        const runBuild = async (signal: AbortSignal): Promise<'done' | 'aborted'> => {
          hooking.makeWay()
          // Files that are written all the time must not keep it from ever coming to its end.
          const givesUp = wish.givesUp === true && tries++ < 3
          const emit = project.store.emitFor(`build-${++count}`)
          const { report, cleared, verify } = await withEither(signal, stop, (either) =>
            buildThrowaway(project, { ...wish, givesUp, reason }, emit, either),
          )
          if (report.isOutdated) await setting.onOutdated?.()
          if (report.isCancelled) await cleared
          if (report.isCancelled && !stop.aborted) return 'aborted'
          if (settleBuild === resolve) settleBuild = null
          setting.onBuilt?.(report)
          resolve(report)
          hooking.afterBuild(report.problem === null && !report.isUnchanged)
          await cleared
          if (setting.keepsWarm === true) warmUp()
          if (verify !== null) pushVerification(verify, wish)
          if (report.problem === null && setting.comparesModels === true) {
            models = report.schema
            pushComparison()
            drafting.refresh()
          }
          return 'done'
        }
        queue.push({ kind: 'build', run: orReject(runBuild, reject) })
      })
    },
    ...changes,
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
    drifting,
    drafting,
    async idle() {
      await queue.idle()
      await hooking.idle()
    },
    async close() {
      await Promise.all([queue.close(), project.pool.close(), hooking.close()])
    },
  }
  return engine
}
