/** What a rehearsal says of a migration: how each direction went on a copy of dev, and what became of the rows. */
import type { Problem } from '../error.ts'
import { describeRowLoss, type RowLoss } from './row-loss.ts'

/** How one direction went. `skipped`: nothing could be tried, since what comes before it failed. */
export interface Stage {
  readonly result: 'ok' | 'failed' | 'irreversible' | 'skipped'
  /** In milliseconds; null where it did not run. */
  readonly ms: number | null
  readonly problem: Problem | null
}

/** Nothing could be tried. */
export const skipped: Stage = { result: 'skipped', ms: null, problem: null }

/** What one direction did to rows. */
export interface Loss extends RowLoss {
  readonly direction: 'up' | 'down'
}

/** Something in the statements that were sent which a careful reader would stop at. */
export interface Lint {
  /** Stable, so that scripts can tell. */
  readonly code: string
  /** Why it matters, and what to do instead. */
  readonly message: string
  readonly statement: string | null
}

/** A statement that was sent. */
export interface RehearsedStatement {
  readonly direction: 'up' | 'down' | 'redo'
  readonly sql: string
  /** In milliseconds. */
  readonly ms: number
}

/** What becomes of the schema where a migration comes in name order, as everybody else gets it, and not after those that dev has already. */
export interface MergedOrder {
  readonly result: 'same' | 'differs' | 'failed'
  /** What is different in name order, a line each. */
  readonly differences: readonly string[]
  readonly problem: Problem | null
}

/** One migration. */
export interface RehearsedMigration {
  readonly name: string
  readonly up: Stage
  readonly down: Stage
  readonly redo: Stage
  /** Whether the down leaves the schema that was there before; null where it did not run. */
  readonly schemaRestored: boolean | null
  /** What differs after the down, a line each. */
  readonly leftovers: readonly string[]
  /** Rows that were deleted, and values that were dropped or emptied. */
  readonly lost: readonly Loss[]
  /** Values that were overwritten with others; left out by sessions that were recorded earlier. */
  readonly changed?: readonly Loss[]
  readonly lints: readonly Lint[]
  /** Null where it is not out of order, or nothing can be told. */
  readonly mergedOrder: MergedOrder | null
  /** What its file says of itself; left out where it says nothing. */
  readonly mark?: DraftMark
}

/** A draft that its developer must still edit, or whose test failed. */
export type DraftMark = 'needs-edit' | 'not-proven'

/** One migration, with what it sent. */
export interface Rehearsed extends RehearsedMigration {
  readonly statements: readonly RehearsedStatement[]
}

/** Says a loss in words, such as `down dropped users.nickname in 42 rows` or `up deleted 1,204 rows of comments`. */
export const describeLoss = ({ direction, ...loss }: Loss): string => `${direction} ${describeRowLoss(loss)}`

/** Says what is other in name order, a line each; none where it is the same. Sessions that were recorded earlier know nothing of it. */
export function describeMergedOrder(merged: MergedOrder | null | undefined): readonly string[] {
  if (!merged) return []
  return [
    ...(merged.problem === null ? [] : [`in name order, as others get them, ${merged.problem.message}`]),
    ...merged.differences.map((line) => `in name order, as others get it: ${line}`),
  ]
}

/** Says in one line what a rehearsal found. */
export function describeRehearsed(rehearsed: RehearsedMigration): string {
  const { name, up, down, redo, schemaRestored, lost, changed = [], lints, mergedOrder } = rehearsed
  const stages = [`up ${up.result}`, `down ${down.result}`, `up again ${redo.result}`].join(', ')
  const findings = [
    ...(schemaRestored === false ? ['down leaves another schema'] : []),
    ...[...lost, ...changed].map(describeLoss),
    ...lints.map(({ code }) => code),
    ...describeMergedOrder(mergedOrder),
  ]
  return `rehearsed ${name}: ${[stages, ...findings].join('; ')}`
}
