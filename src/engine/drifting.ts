/** Drift in a watch and in commands: when it is looked for, and the verbs behind `D`. What comes of them arrives as events. */
import { type Problem, toProblem } from '../error.ts'
import type { DriftTrial } from '../event/drift-fields.ts'
import type { Emit } from '../event/event.ts'
import { describeChange } from '../schema/describe-change.ts'
import type { Schema } from '../schema/schema.ts'
import { readModelSchema } from './compare-models.ts'
import { findDrift } from './find-drift.ts'
import { keepDrift } from './known-drift.ts'
import type { Project } from './project.ts'
import type { Job } from './queue.ts'
import { queued } from './queued.ts'
import type { DevPosition } from './read-dev-board.ts'
import { type DriftReport, type DriftWish, settleDrift } from './settle-drift.ts'
import { tryWayBack } from './take-back-drift.ts'
import { withLock } from './with-lock.ts'

/** The verbs. */
export interface Drifting {
  /** Looks for drift where dev's schema or what is applied is another by now; rows do not matter. */
  look(position: DevPosition): Promise<void>
  /** Looks for drift when the queue comes to it. */
  compare(): void
  /** Tries on a copy what taking back would come to. @param names of the objects */
  tryOut(names: readonly string[]): Promise<DriftTrial | Problem>
  /** Does what was decided. */
  settle(wish: DriftWish): Promise<DriftReport>
}

/** What it needs of its engine. */
export interface DriftingSetting {
  readonly project: Project
  readonly stop: AbortSignal
  push(job: Job): void
  /** The models of the last good build, or null. */
  models(): Schema | null
  emitFor(kind: string): Emit
  /** After each change of dev. */
  readBoard(): Promise<unknown>
}

/** Makes the verbs of one engine. */
export function createDrifting({ project, stop, push, models, emitFor, readBoard }: DriftingSetting): Drifting {
  const { config, dialect, store } = project
  /** What the last comparison is true of. */
  let known: string | null = null

  const keyOf = async (logged: readonly string[]): Promise<string> =>
    JSON.stringify([(await dialect.exists(config.dev)) ? await dialect.schemaToken(config.dev) : null, logged])

  const compareOnce = async (own: Schema, signal: AbortSignal): Promise<void> => {
    const drift = await withLock(project, signal, store.emit, () => findDrift(project, own, signal))
    if (signal.aborted) return
    await keepDrift(project, drift)
    store.emit('drift-found', {
      objects: drift?.objects.map(({ name, lines }) => ({ name, lines })) ?? null,
      ignored: drift?.ignored.length ?? 0,
      stale: drift?.stale ?? [],
    })
  }

  const compare = (): void =>
    push({
      kind: 'drift',
      run: async (signal) => {
        const own = models()
        // The build that is to come is followed by a comparison.
        if (own === null) return 'done'
        try {
          await compareOnce(own, signal)
          return signal.aborted ? 'aborted' : 'done'
        } catch (error) {
          if (signal.aborted) return 'aborted'
          store.emit('drift-unread', { problem: toProblem(error) })
          return 'done'
        }
      },
    })

  const modelsNow = async (): Promise<Schema> => models() ?? (await readModelSchema(project, store.emit, stop))

  return {
    async look({ logged }) {
      const key = await keyOf(logged).catch(() => null)
      if (key === null || key === known) return
      known = key
      if (models() !== null) compare()
    },
    compare,
    tryOut(names) {
      store.emit('drift-asked', { names })
      return queued(push, async () => {
        try {
          const trial = await withLock(project, stop, store.emit, async () => {
            const drift = await findDrift(project, await modelsNow(), stop)
            const changes = (drift?.objects ?? []).flatMap((object) =>
              names.includes(object.name) ? object.changes : [],
            )
            return { names, lines: changes.map(describeChange), ...(await tryWayBack(project, changes)) }
          })
          store.emit('drift-tried', trial)
          return trial
        } catch (error) {
          const problem = toProblem(error)
          store.emit('drift-failed', { problem })
          return problem
        }
      })
    },
    settle: (wish) =>
      queued(push, async () => {
        const emit = emitFor('drift')
        const report = await withLock(project, stop, emit, async () =>
          settleDrift(project, await modelsNow(), wish, emit, stop),
        ).catch((error: unknown): DriftReport => {
          const problem = toProblem(error)
          emit('drift-failed', { problem })
          return { ...nothingDone, problem }
        })
        await readBoard()
        // What is ignored is no change of dev.
        compare()
        return report
      }),
  }
}

const nothingDone = {
  adopted: [],
  takenBack: [],
  ignored: [],
  file: null,
  saved: null,
  proof: { up: 'unproven', down: 'unproven', redo: 'unproven', rowsLost: [] },
} as const
