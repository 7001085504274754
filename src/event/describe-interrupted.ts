/** What became of a change whose process was killed, in words. Pure; the reporters, the screen and `devdb status` share it. */
import type { EventFields } from './event.ts'
import { formatWhen } from './format-duration.ts'

/**
 * Says it in one line.
 * @param settled what was found out
 * @param now the present, in milliseconds since 1970
 */
export function describeInterrupted(settled: EventFields['change-settled'], now: number): string {
  const { what, began, url, isIn, snapshot } = settled
  const found = !isIn
    ? `${url} is as it was before`
    : `${url} is as it was to be${snapshot === null ? '' : '; devdb undo takes it back'}`
  return `${what}, begun at ${formatWhen(began, now)}, was interrupted: ${found}`
}
