/** The verbs behind `a` and `b`: re-apply what was edited, roll back what has lost its file. First tried on a copy, then done when somebody agreed. */
import { performance } from 'node:perf_hooks'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import type { EventFields } from '../event/event.ts'
import { countGone } from './count-gone.ts'
import { enterDev } from './enter-dev.ts'
import { rememberOwnCode } from './own-code.ts'
import { prepareStepBack } from './prepare-step-back.ts'
import { queued } from './queued.ts'
import type { VerbSetting } from './snapshot-verbs.ts'
import { type StepBack, type SteppedBack, stepBack } from './step-back.ts'
import { ForeignCodeError } from './stored-code.ts'
import { withLock } from './with-lock.ts'

/** What can be done. Each verb resolves when it has come to its end, and tells Problems as events, too. */
export interface StepBackVerbs {
  /** Tries it on a copy, and reports what it would do. Null: it cannot be done, and the Problem was reported; or code was shown that needs consent. */
  prepareStepBack(kind: StepBack): Promise<EventFields['step-back-prepared'] | null>
  /** Lets stored code run that was shown, and prepares again. @param ids of what was shown: other code is shown first */
  agreeToCode(kind: StepBack, ids: readonly string[]): Promise<EventFields['step-back-prepared'] | null>
  /** Does it. @param names those that were shown: with others nothing is done */
  stepBack(kind: StepBack, names: readonly string[]): Promise<Problem | null>
}

/** Makes the verbs of one engine. */
export function createStepBackVerbs({ project, stop, push, nameJob, readBoard }: VerbSetting): StepBackVerbs {
  const { store } = project

  const prepare = async (kind: StepBack, ids: readonly string[], signal: AbortSignal) => {
    try {
      if (ids.length > 0) rememberOwnCode(project.config.folder, ids)
      const found = await withLock(project, signal, store.emit, () => prepareStepBack(project, kind, signal))
      store.emit('step-back-prepared', found)
      return found
    } catch (error) {
      if (error instanceof ForeignCodeError) store.emit('stored-code-shown', { verb: kind, code: error.shown })
      else store.emit('step-back-refused', { problem: toProblem(error) })
      return null
    }
  }

  const change = async (verb: StepBack, names: readonly string[]): Promise<Problem | null> => {
    const emit = store.emitFor(nameJob(verb))
    const startedAt = performance.now()
    emit('step-back-started', { verb, names })
    try {
      const { outcome, saved, rows } = await withLock(project, stop, emit, async () => {
        const entered = await enterDev<SteppedBack>(
          project,
          { what: `${verb} ${names.join(', ')}`, runsCode: true },
          emit,
          async (copy) => {
            const done = await stepBack(project, verb, copy, emit, stop)
            if (JSON.stringify(done.outcome.names) !== JSON.stringify(names)) throw others()
            return done
          },
        )
        return { ...entered, rows: await countGone(project, entered.saved) }
      })
      if (outcome.problem !== null) throw outcome.problem
      emit('step-back-finished', { verb, names, saved, rows, ms: Math.round(performance.now() - startedAt) })
      return null
    } catch (error) {
      const problem = error instanceof Error ? toProblem(error) : (error as Problem)
      emit('step-back-failed', { verb, problem })
      return problem
    }
  }

  return {
    prepareStepBack: (kind) => queued(push, (signal) => prepare(kind, [], signal)),
    agreeToCode(verb, ids) {
      store.emit('stored-code-agreed', { verb, ids })
      return queued(push, (signal) => prepare(verb, ids, signal))
    },
    stepBack: (kind, names) =>
      queued(push, async () => {
        const problem = await change(kind, names)
        await readBoard()
        return problem
      }),
  }
}

const others = (): DevdbError =>
  new DevdbError('nothing-to-step-back', 'the migrations changed meanwhile: it would be others now', {
    hint: 'look at the board, and press the key again',
  })
