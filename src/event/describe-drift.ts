/** What is done about drift, in words. Pure; the commands and the screen share it. */

import type { DriftTrial } from './drift-fields.ts'
import type { EventFields } from './event.ts'

/**
 * Says what taking back would come to, for who is asked.
 * @param trial what was tried on a copy
 * @param label the dev database
 */
export function describeWayBack({ names, besides, lost }: DriftTrial, label: string): string {
  const parts = [
    `take back ${names.join(', ')}`,
    ...(besides.length > 0 ? [`with it goes ${besides.join(', ')}`] : []),
    lost.length === 0 ? 'no row is lost' : lost.join('; '),
  ]
  return `${parts.join(': ')}; ${label} as it is now is kept in a snapshot`
}

/** What was done, in one line. */
export function describeSettled(event: EventFields['drift-finished']): string {
  const { adopted, takenBack, ignored, file } = event
  const parts = [
    ...(takenBack.length > 0 ? [`took back ${nameOrCount(takenBack)}`] : []),
    ...(file !== null
      ? [`${adopted.length > 0 ? `adopted ${nameOrCount(adopted)} in` : 'drafted'} ${file.split(/[\\/]/).at(-1)}`]
      : []),
    ...(ignored.length > 0 ? [`ignores ${nameOrCount(ignored)}`] : []),
  ]
  return parts.length === 0 ? 'nothing was done about the drift' : parts.join('; ')
}

/** A line is not for many names. */
const nameOrCount = (names: readonly string[]): string => (names.length === 1 ? names[0]! : `${names.length} things`)
