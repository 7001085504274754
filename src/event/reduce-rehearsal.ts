/** How each event changes what is known of the rehearsal. */
import type { Event } from './event.ts'
import type { RehearsalState } from './state.ts'

/**
 * The next state of the rehearsal.
 * @param rehearsal what was true before
 * @param event what happened
 */
export function applyToRehearsal(rehearsal: RehearsalState, event: Event): RehearsalState {
  switch (event.kind) {
    case 'rehearsal-started':
      // What was known of a migration stays until it is known anew.
      return {
        state: 'running',
        results: Object.fromEntries(
          Object.entries(rehearsal.results).filter(([name]) => event.migrations.includes(name)),
        ),
        problem: null,
      }
    case 'migration-rehearsed':
      return { ...rehearsal, results: { ...rehearsal.results, [event.rehearsed.name]: event.rehearsed } }
    case 'rehearsal-finished':
      return { ...rehearsal, state: Object.keys(rehearsal.results).length === 0 ? 'none' : 'done' }
    case 'rehearsal-failed':
      return { state: 'failed', results: {}, problem: event.problem }
    case 'rehearsal-outdated':
      return { ...rehearsal, state: 'older' }
    case 'rehearsal-waiting':
      return { state: 'waiting', results: {}, problem: null }
    case 'board-read': {
      const pending = event.board.migrations.filter(({ state }) => state === 'pending').map(({ name }) => name)
      const results = Object.entries(rehearsal.results).filter(([name]) => pending.includes(name))
      return results.length === Object.keys(rehearsal.results).length
        ? rehearsal
        : { ...rehearsal, results: Object.fromEntries(results) }
    }
    default:
      return rehearsal
  }
}
