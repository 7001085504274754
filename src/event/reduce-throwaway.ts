/** What an event makes of the throwaway's state. */
import type { Event } from './event.ts'
import type { Phase, ThrowawayState } from './state.ts'

/** The next state of the throwaway. */
export function applyToThrowaway(throwaway: ThrowawayState, event: Event): ThrowawayState {
  switch (event.kind) {
    case 'throwaway-found':
      return { ...throwaway, state: event.state, builtAt: event.builtAt, tables: event.tables, ms: event.ms }
    case 'build-started':
      return {
        ...throwaway,
        running: { job: event.job, startedAt: event.at, estimateMs: event.estimateMs },
        phases: [waitingPhase('schema', 'schema'), ...event.steps.map((name) => waitingPhase(name, 'step'))],
      }
    case 'schema-started':
      return changePhase(throwaway, 'schema', 'schema', {
        state: 'running',
        startedAt: event.at,
        estimateMs: event.estimateMs,
      })
    case 'schema-built':
      return changePhase(throwaway, 'schema', 'schema', {
        state: 'done',
        ms: event.ms,
        summary: countOf(event.tables, 'table'),
        // Sessions recorded before there were layers do not say.
        cached: event.cached === true,
      })
    case 'step-started':
      return changePhase(throwaway, 'step', event.step, {
        state: 'running',
        startedAt: event.at,
        estimateMs: event.estimateMs,
      })
    case 'step-output':
      return changePhase(throwaway, 'step', event.step, { summary: event.line })
    case 'step-finished':
      return changePhase(throwaway, 'step', event.step, { state: 'done', ms: event.ms, cached: event.cached })
    case 'step-failed':
      return changePhase(throwaway, 'step', event.step, { state: 'failed', ms: event.ms })
    case 'step-skipped':
      return changePhase(throwaway, 'step', event.step, { state: 'skipped' })
    case 'build-finished':
      return {
        ...throwaway,
        state: 'ready',
        builtAt: event.at,
        ms: event.ms,
        tables: event.tables,
        problem: null,
        running: null,
      }
    case 'build-failed':
      return {
        ...throwaway,
        state: event.stale ? 'stale' : 'failed',
        problem: event.problem,
        running: null,
        phases: throwaway.phases.map((phase) => (phase.state === 'running' ? { ...phase, state: 'failed' } : phase)),
      }
    case 'build-cancelled':
      return {
        ...throwaway,
        running: null,
        phases: throwaway.phases.map((phase) => (phase.state === 'running' ? { ...phase, state: 'waiting' } : phase)),
      }
    default:
      return throwaway
  }
}

const waitingPhase = (name: string, kind: Phase['kind']): Phase => ({
  name,
  kind,
  state: 'waiting',
  startedAt: null,
  ms: null,
  estimateMs: null,
  cached: false,
  summary: null,
})

const changePhase = (
  throwaway: ThrowawayState,
  kind: Phase['kind'],
  name: string,
  change: Partial<Phase>,
): ThrowawayState => ({
  ...throwaway,
  phases: throwaway.phases.map((phase) =>
    phase.kind === kind && phase.name === name ? { ...phase, ...change } : phase,
  ),
})

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
