/** Where the state after so many migrations is kept: the places take turns, so that one of them is always whole. */
import type { Target } from '../database/target.ts'

/**
 * The place of a state.
 * @param count how many migrations have succeeded
 * @param checkpoints the places, at least two
 */
export const checkpointAfter = (count: number, checkpoints: readonly Target[]): Target =>
  checkpoints[(count - 1) % checkpoints.length]!
