/** Where the states of a rehearsal are kept. */
import type { Target } from '../database/target.ts'

/**
 * The places of one migration: they take turns, for the state after an up is the one before the next migration.
 * @param states both places
 * @param index of the migration among those of one child
 */
export const statesOf = (states: readonly [Target, Target], index: number) => ({
  before: states[index % 2]!,
  afterUp: states[(index + 1) % 2]!,
})
