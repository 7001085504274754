/** What a rehearsal says of a migration: how each direction went on a copy of dev, and what became of the rows. */
import type { Problem } from '../error.ts'

/** How one direction went. `skipped`: nothing could be tried, since what comes before it failed. */
export interface Stage {
  readonly result: 'ok' | 'failed' | 'irreversible' | 'skipped'
  /** In milliseconds; null where it did not run. */
  readonly ms: number | null
  readonly problem: Problem | null
}

/** Rows that are gone, or whose value in a column is. */
export interface Loss {
  readonly direction: 'up' | 'down'
  readonly table: string
  /** Null: whole rows. */
  readonly column: string | null
  readonly rows: number
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
  readonly lost: readonly Loss[]
  readonly lints: readonly Lint[]
}

/** Says a loss in words, such as `down loses users.nickname in 42 rows` or `up deleted 1,204 rows of comments`. */
export function describeLoss({ direction, table, column, rows }: Loss): string {
  const count = rows.toLocaleString('en-US')
  const noun = rows === 1 ? 'row' : 'rows'
  return column === null
    ? `${direction} deleted ${count} ${noun} of ${table}`
    : `${direction} loses ${table}.${column} in ${count} ${noun}`
}

/** Says in one line what a rehearsal found. */
export function describeRehearsed({ name, up, down, redo, schemaRestored, lost, lints }: RehearsedMigration): string {
  const stages = [`up ${up.result}`, `down ${down.result}`, `up again ${redo.result}`].join(', ')
  const findings = [
    ...(schemaRestored === false ? ['down leaves another schema'] : []),
    ...lost.map(describeLoss),
    ...lints.map(({ code }) => code),
  ]
  return `rehearsed ${name}: ${[stages, ...findings].join('; ')}`
}
