/** The events of a draft in the making. */
import type { Problem } from '../error.ts'

/** What becomes of a change: it is drafted now, left for another time, or accepted as a difference that stays. */
export type ChangeChoice = 'drafted' | 'left' | 'accepted'

/** A question, and its answers. */
export interface DraftQuestion {
  readonly text: string
  readonly options: readonly string[]
  /** Dev is not up to date: the last two answers are to upgrade it first, and to recreate it. */
  readonly isBehind?: boolean
}

/** What a proof came to; `rowsLost`: what the draft takes away on purpose, whole rows where `column` is null. */
export interface DraftProof {
  readonly up: 'ok' | 'failed' | 'unproven'
  readonly down: 'ok' | 'failed' | 'irreversible' | 'unproven'
  readonly redo: 'ok' | 'failed' | 'unproven'
  readonly rowsLost: readonly { readonly table: string; readonly column: string | null; readonly rows: number }[]
}

/** Their fields. */
export interface DraftFields {
  /** A draft is being prepared, anew after each answer and choice. */
  'draft-started': { readonly message: string }
  /** What the draft would be. `text`: of its file; null while a question is open, or nothing is drafted. */
  'draft-prepared': {
    readonly message: string
    readonly changes: readonly { readonly line: string; readonly choice: ChangeChoice }[]
    readonly hazards: readonly string[]
    readonly notes: readonly string[]
    readonly question: DraftQuestion | null
    readonly file: string | null
    readonly text: string | null
    readonly keepsColumns: boolean
  }
  /** Somebody said what becomes of a change; the draft is then prepared anew. */
  'draft-chosen': { readonly line: string; readonly choice: ChangeChoice }
  /** The file is written, and its proof begins. */
  'draft-written': { readonly file: string }
  /** `file`: null where nothing was drafted. `problem`: why the proof failed; the file is marked. */
  'draft-finished': {
    readonly file: string | null
    readonly proof: DraftProof
    readonly problem: Problem | null
    readonly accepted: number
  }
  'draft-failed': { readonly problem: Problem }
  'draft-closed': Readonly<Record<string, never>>
}
