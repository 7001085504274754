/** States of a database that are compared: what is asked about them, and what is found. */
import type { Target } from '../database/target.ts'
import type { Loss } from '../event/rehearsal.ts'
import type { Schema } from '../schema/schema.ts'

/** A database at one moment, which nobody changes any more. */
export interface KeptState {
  readonly target: Target
  readonly schema: Schema
}

/** Two states of a database to compare. */
export interface LossRequest {
  readonly before: KeptState
  readonly after: KeptState
  /** An earlier state: what goes back to it is not lost. */
  readonly origin: KeptState | null
  /** Which tables of `before`. */
  readonly tables: ReadonlySet<string>
}

/** Rows that are gone; with a column, rows whose value in it is. */
export type ContentLoss = Omit<Loss, 'direction'>

/** What a comparison of contents found. */
export interface LossReport {
  readonly losses: readonly ContentLoss[]
  /** Tables, and columns as `table.column`, that have another name now and hold what they held. */
  readonly renamed: ReadonlySet<string>
}

/** What an up sent, and between which states; `after` null: it failed. */
export interface LintRequest {
  readonly before: KeptState
  readonly after: KeptState | null
  readonly statements: readonly string[]
  /** See `LossReport`. */
  readonly renamed: ReadonlySet<string>
}
