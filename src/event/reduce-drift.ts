/** How each event changes what is known of drift. */
import type { Event } from './event.ts'
import type { DriftState } from './state.ts'

/**
 * The next state of the drift.
 * @param drift what was true before
 * @param event what happened
 */
export function applyToDrift(drift: DriftState, event: Event): DriftState {
  switch (event.kind) {
    case 'drift-found': {
      const { objects, ignored, stale } = event
      return { ...drift, objects, ignored, stale }
    }
    case 'drift-unread':
      return { ...drift, objects: null, trial: null }
    case 'drift-tried': {
      const { names, lines, besides, lost, problem } = event
      return { ...drift, trial: { names, lines, besides, lost, problem } }
    }
    case 'drift-asked':
    case 'drift-started':
    case 'drift-failed':
      return { ...drift, trial: null }
    default:
      return drift
  }
}
