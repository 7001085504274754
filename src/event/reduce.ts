/** How each event changes what is true: the one place where State is made. Pure; replaying a recorded session gives the live State. */
import { describeEvent } from './describe-event.ts'
import type { Event } from './event.ts'
import { applyToDev } from './reduce-dev.ts'
import { applyToDraft } from './reduce-draft.ts'
import { applyToDrift } from './reduce-drift.ts'
import { applyToRehearsal } from './reduce-rehearsal.ts'
import { applyToThrowaway } from './reduce-throwaway.ts'
import { rowLines } from './row-loss.ts'
import type { State } from './state.ts'

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
      // Nothing was switched where it is only known now.
      return { ...state, branch: event.to, dev: event.from === null ? state.dev : { ...state.dev, last: null } }
    case 'dev-touched':
    case 'warning-raised': {
      const { at, problem } = event
      const others = state.warnings.filter((warning) => warning.problem.message !== problem.message)
      const isHarm = event.kind === 'dev-touched' && event.isCertain
      const warning = { at, problem, ...(isHarm ? { isHarm } : {}) }
      return { ...state, warnings: [...others, warning].slice(-keptWarnings) }
    }
    case 'hook-started':
      return { ...state, warnings: state.warnings.filter(({ hook }) => hook !== event.hook) }
    case 'hook-failed': {
      const warning = { at: event.at, problem: event.problem, hook: event.hook }
      return { ...state, warnings: [...state.warnings, warning].slice(-keptWarnings) }
    }
    case 'models-compared':
      return { ...state, models: { changes: event.changes, stale: event.stale, problem: null, listed: null } }
    case 'models-compare-failed':
      return { ...state, models: { ...state.models, changes: null, problem: event.problem, listed: null } }
    case 'throwaway-listed':
      return { ...state, models: { changes: null, stale: [], problem: null, listed: event.tables } }
    case 'session-ended':
      return { ...state, ended: true }
    default:
      return {
        ...forgetOldWarnings(state, event),
        throwaway: applyToThrowaway(state.throwaway, event),
        dev: applyToDev(state.dev, event),
        draft: applyToDraft(state.draft, event),
        drift: applyToDrift(state.drift, event),
        rehearsal: applyToRehearsal(state.rehearsal, event),
      }
  }
}

/** What was raised beside the work before this build. A broken configuration has no builds. */
function forgetOldWarnings(state: State, event: Event): State {
  if (event.kind !== 'build-started' && event.kind !== 'restore-finished') return state
  const isHarm = event.kind === 'restore-finished'
  const warnings = state.warnings.filter((warning) => (warning.isHarm === true) !== isHarm)
  return isHarm ? { ...state, warnings } : { ...state, warnings, problem: null }
}

const withLogLine = (state: State, event: Event): State => {
  const text = describeEvent(event)
  if (text === '') return state
  const lines = [text, ...rowLines(event).map((line) => `  ${line}`)]
  const added = lines.map((line) => ({ at: event.at, kind: event.kind, text: line }))
  return { ...state, log: [...state.log, ...added].slice(-keptLogLines) }
}
