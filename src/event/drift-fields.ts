/** The events of drift: where dev differs from what its migrations made, and what is done about it. */
import type { Problem } from '../error.ts'

/** One thing that differs, for who reads. */
export interface DriftLines {
  /** Stable: `column:users.nick`. */
  readonly name: string
  /** What differs, from what the migrations made to what dev has. */
  readonly lines: readonly string[]
}

/** What taking some of it back would come to, tried on a copy. */
export interface DriftTrial {
  readonly names: readonly string[]
  /** What was tried: nothing else is taken back. */
  readonly lines: readonly string[]
  /** What goes besides, since it cannot stay: a line each. */
  readonly besides: readonly string[]
  /** What the rows would lose, a line each. */
  readonly lost: readonly string[]
  /** Why it cannot be done, or null. */
  readonly problem: Problem | null
}

/** Their fields; durations are in milliseconds. */
export interface DriftFields {
  /** `objects`: null where nothing can be said. `ignored`: how many are left out. `stale`: entries of what is not there any more. */
  'drift-found': {
    readonly objects: readonly DriftLines[] | null
    readonly ignored: number
    readonly stale: readonly string[]
  }
  'drift-unread': { readonly problem: Problem }
  /** Somebody wants to know what taking these back would come to. */
  'drift-asked': { readonly names: readonly string[] }
  'drift-tried': DriftTrial
  'drift-started': {
    readonly adopt: readonly string[]
    readonly takeBack: readonly string[]
    readonly ignore: readonly string[]
  }
  /** `file`: the migration that adopts, absolute. `saved`: of dev as it was right before it was changed first. */
  'drift-finished': {
    readonly adopted: readonly string[]
    readonly takenBack: readonly string[]
    readonly ignored: readonly string[]
    readonly file: string | null
    readonly saved: string | null
    readonly ms: number
  }
  'drift-failed': { readonly problem: Problem }
}
