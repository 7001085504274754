/** The differences that a team has accepted: a readable, sorted list of the lines that describe them. */
import type { Change } from './change.ts'
import { describeChange } from './describe-change.ts'

/** What is left after the accepted ones are taken out. */
export interface Sifted {
  readonly changes: readonly Change[]
  /** How many were accepted. */
  readonly accepted: number
  /** Entries that no difference answers to any more. */
  readonly stale: readonly string[]
}

/**
 * Takes the accepted differences out.
 * @param changes all differences
 * @param entries the accepted ones' lines
 */
export function siftAccepted(changes: readonly Change[], entries: readonly string[]): Sifted {
  const lines = new Set(changes.map(describeChange))
  const accepted = new Set(entries)
  const left = changes.filter((change) => !accepted.has(describeChange(change)))
  return { changes: left, accepted: changes.length - left.length, stale: entries.filter((entry) => !lines.has(entry)) }
}

/** The entries for all of some changes, in the order of the file. */
export const entriesOf = (changes: readonly Change[]): readonly string[] =>
  [...new Set(changes.map(describeChange))].sort()
