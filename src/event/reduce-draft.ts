/** How each event changes the draft that is being made. */
import type { Event } from './event.ts'
import type { DraftState } from './state.ts'

const noDraft: DraftState = {
  message: '',
  phase: 'preparing',
  changes: [],
  hazards: [],
  notes: [],
  question: null,
  file: null,
  text: null,
  keepsColumns: false,
  proof: null,
  problem: null,
}

/**
 * The next state of the draft.
 * @param draft what was true before; null where none was being made
 * @param event what happened
 */
export function applyToDraft(draft: DraftState | null, event: Event): DraftState | null {
  switch (event.kind) {
    case 'draft-started':
      // After an answer or a choice all that is shown stays until it is known anew.
      return { ...(draft?.message === event.message ? draft : noDraft), message: event.message, phase: 'preparing' }
    case 'draft-prepared': {
      const { message, changes, hazards, notes, question, file, text, keepsColumns } = event
      const phase = question === null ? 'preview' : 'asking'
      return { ...noDraft, message, phase, changes, hazards, notes, question, file, text, keepsColumns }
    }
    case 'draft-chosen': {
      const { line, choice } = event
      const changes = draft?.changes.map((change) => (change.line === line ? { line, choice } : change)) ?? []
      return draft === null ? null : { ...draft, changes }
    }
    case 'draft-written':
      return draft === null ? null : { ...draft, phase: 'proving', file: event.file }
    case 'draft-finished':
      if (draft === null) return null
      return {
        ...draft,
        phase: event.problem === null ? 'done' : 'failed',
        file: event.file,
        proof: event.proof,
        problem: event.problem,
      }
    case 'draft-failed':
      return draft === null ? null : { ...draft, phase: 'failed', file: null, problem: event.problem }
    // The engine that made it is closed with its configuration.
    case 'config-loaded':
    case 'config-failed':
    case 'draft-closed':
      return null
    default:
      return draft
  }
}
