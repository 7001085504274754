/** How each event changes what is true: the one place where State is made. Pure; replaying a recorded session gives the live State. */

import { describeEvent } from './describe-event.ts'
import type { Event } from './event.ts'
import { applyToDraft } from './reduce-draft.ts'
import { applyToRehearsal } from './reduce-rehearsal.ts'
import type { DevState, Phase, State, ThrowawayState } from './state.ts'

const keptLogLines = 500
const keptWarnings = 5

/**
 * The next state.
 * @param state what was true before
 * @param event what happened
 * @returns a new state; `state` itself is never changed
 */
export function reduce(state: State, event: Event): State {
  return withLogLine(apply(state, event), event)
}

function apply(state: State, event: Event): State {
  switch (event.kind) {
    case 'session-started':
      return { ...state, root: event.root, version: event.version }
    case 'config-loaded':
      return {
        ...state,
        project: event.project,
        problem: null,
        throwaway: { ...state.throwaway, url: event.throwaway },
        dev: { ...state.dev, url: event.dev },
        draft: applyToDraft(state.draft, event),
      }
    case 'config-failed':
    case 'problem-raised':
      return { ...state, problem: event.problem, draft: applyToDraft(state.draft, event) }
    case 'watching-changed':
      return { ...state, watching: event.files }
    case 'branch-switched':
      return { ...state, branch: event.to }
    case 'dev-touched':
      return { ...state, warnings: [...state.warnings, { at: event.at, problem: event.problem }].slice(-keptWarnings) }
    case 'models-compared':
      return { ...state, models: { changes: event.changes, stale: event.stale, problem: null } }
    case 'models-compare-failed':
      return { ...state, models: { ...state.models, changes: null, problem: event.problem } }
    case 'session-ended':
      return { ...state, ended: true }
    default:
      return {
        ...forgetOldWarnings(state, event),
        throwaway: applyToThrowaway(state.throwaway, event),
        dev: applyToDev(state.dev, event),
        draft: applyToDraft(state.draft, event),
        rehearsal: applyToRehearsal(state.rehearsal, event),
      }
  }
}

const forgetOldWarnings = (state: State, event: Event): State =>
  event.kind === 'build-started' ? { ...state, warnings: [] } : state

function applyToThrowaway(throwaway: ThrowawayState, event: Event): ThrowawayState {
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

function applyToDev(dev: DevState, event: Event): DevState {
  switch (event.kind) {
    case 'board-read':
      return {
        ...dev,
        board: event.board,
        // Sessions that were recorded earlier know of none.
        reversal: event.reversal ?? null,
        problem: isAboutReading(dev) ? null : dev.problem,
      }
    case 'board-failed':
      return { ...dev, problem: event.problem }
    case 'change-started':
      return {
        ...dev,
        ...nothingDone,
        running: { ...idleChange, direction: event.direction, names: event.names, startedAt: event.at },
      }
    case 'reset-started':
      return {
        ...dev,
        ...nothingDone,
        running: { ...idleChange, direction: 'reset', names: [], startedAt: event.at },
      }
    case 'restore-started':
      return {
        ...dev,
        ...nothingDone,
        running: { ...idleChange, direction: 'restore', names: [], startedAt: event.at },
      }
    case 'undo-prepared': {
      const { change, what, at, snapshot, since } = event
      return { ...dev, problem: null, undo: { change, what, at, snapshot, since } }
    }
    case 'undo-refused':
      return { ...dev, undo: null, problem: event.problem }
    case 'step-back-prepared': {
      const { verb, names, lost, problem, snapshot } = event
      return { ...dev, problem: null, stepBack: { verb, names, lost, problem, snapshot } }
    }
    case 'step-back-refused':
      return { ...dev, stepBack: null, problem: event.problem }
    case 'step-back-started':
      return {
        ...dev,
        ...nothingDone,
        running: { ...idleChange, direction: event.verb, names: event.names, startedAt: event.at },
      }
    case 'migration-started':
      return dev.running === null
        ? dev
        : {
            ...dev,
            running: { ...dev.running, migration: event.migration, startedAt: event.at, estimateMs: event.estimateMs },
          }
    case 'snapshot-failed':
      return { ...dev, problem: event.problem }
    case 'change-finished':
    case 'reset-finished':
    case 'restore-finished':
    case 'step-back-finished':
      return { ...dev, running: null, last: { at: event.at, text: describeEvent(event) } }
    case 'change-failed':
    case 'reset-failed':
    case 'restore-failed':
    case 'step-back-failed':
      return { ...dev, running: null, undo: null, problem: event.problem }
    default:
      return dev
  }
}

const nothingDone = { problem: null, undo: null, stepBack: null, reversal: null, last: null } as const
const idleChange = { migration: null, estimateMs: null } as const

const readingCodes: ReadonlySet<string> = new Set([
  'dev-unreadable',
  'dev-busy',
  'migrations-unreadable',
  'migration-duplicate',
  'file-failed',
])

/** A failed change stays on screen until the next key; a failed reading of the board ends with the next good one. */
const isAboutReading = (dev: DevState): boolean => dev.problem !== null && readingCodes.has(dev.problem.code)

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

const withLogLine = (state: State, event: Event): State => {
  const text = describeEvent(event)
  if (text === '') return state
  return { ...state, log: [...state.log, { at: event.at, kind: event.kind, text }].slice(-keptLogLines) }
}

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
