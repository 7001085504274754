/** What an undo is called, and what it would do, in words. Pure; the commands and the screen share it. */
import { describeDifference } from './describe-difference.ts'
import type { EventFields } from './event.ts'
import { formatWhen } from './format-duration.ts'

/**
 * Says what an undo would do, for who is asked.
 * @param plan what was found
 * @param label the dev database
 * @param now the present, in milliseconds since 1970
 */
export function describeUndo(plan: EventFields['undo-prepared'], label: string, now: number): string {
  const { what, at, snapshot, since } = plan
  return `${takenBack(what)} (${formatWhen(at, now)}): ${label} becomes snapshot ${snapshot}; ${describeDifference(since)}; ${label} as it is now is kept in a snapshot`
}

/** What an undo is called, so that the next one is a redo: `upgrade head`, `undo of upgrade head`, `redo of upgrade head`. */
export function takenBack(what: string): string {
  const [, word, of] = /^(undo|redo) of (.*)$/s.exec(what) ?? []
  return of === undefined ? `undo of ${what}` : `${word === 'undo' ? 'redo' : 'undo'} of ${of}`
}
