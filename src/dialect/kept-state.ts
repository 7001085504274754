/** States of a database that are compared: what is asked about them, and what is found. */
import type { Target } from '../database/target.ts'
import type { RowLoss } from '../event/row-loss.ts'
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
  /** After how many milliseconds to give up; no limit where it is left out. */
  readonly maxMs?: number
}

/** What a comparison of contents found. */
export interface LossReport {
  readonly losses: readonly RowLoss[]
  /** Tables, and columns as `table.column`, that have another name now and hold what they held. */
  readonly renamed: ReadonlySet<string>
  /** False: it took longer than `maxMs`, and the rest was not looked at. */
  readonly isWhole: boolean
}

/** A table before and after, with the columns that are to hold the same in both. */
export interface KeptTable {
  readonly before: string
  readonly after: string
  readonly columns: readonly { readonly before: string; readonly after: string }[]
}

/** What a draft must have left alone. */
export interface KeptRequest {
  readonly before: Target
  readonly now: Target
  readonly tables: readonly KeptTable[]
  /** Whose names the tables have now: those of before, or those of after. */
  readonly names: 'before' | 'after'
}

/** What an up sent, and between which states; `after` null: it failed. */
export interface LintRequest {
  readonly before: KeptState
  readonly after: KeptState | null
  readonly statements: readonly string[]
  /** See `LossReport`. */
  readonly renamed: ReadonlySet<string>
}
