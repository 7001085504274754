/** What was written between two moments, in words. Pure; the commands and the screen share it. */
import type { ContentDifference, EventFields, RowDifference } from './event.ts'
import { formatWhen } from './format-duration.ts'

/** How many tables are named. */
const shownTables = 8

/**
 * Says what would be discarded.
 * @param since what was written; null where that is not known
 * @returns a part of a sentence: 'discarded: users 2 rows added, 1 changed'
 */
export function describeDifference(since: ContentDifference | null): string {
  if (since === null) return 'whatever was written to it since is discarded'
  const { tables, isSchemaSame } = since
  const rest = tables.length - shownTables
  const parts = [
    ...tables.slice(0, shownTables).map(describeTable),
    ...(rest > 0 ? [`${rest} more ${rest === 1 ? 'table' : 'tables'}`] : []),
    ...(isSchemaSame ? [] : ['changes of the schema']),
  ]
  return parts.length === 0 ? 'nothing was written to it since' : `discarded is what came since: ${parts.join('; ')}`
}

function describeTable({ table, added, changed, removed }: RowDifference): string {
  const counts = [
    [added, 'added'],
    [changed, 'changed'],
    [removed, 'removed'],
  ] as const
  const present = counts.filter(([number]) => number > 0)
  return `${table} ${present.map(([number, word], index) => `${number} ${index > 0 ? '' : number === 1 ? 'row ' : 'rows '}${word}`).join(', ')}`
}

/**
 * Says what an undo would do, for who is asked.
 * @param plan what was found
 * @param label the dev database
 * @param now the present, in milliseconds since 1970
 */
export function describeUndo(plan: EventFields['undo-prepared'], label: string, now: number): string {
  const { what, at, snapshot, since } = plan
  return `undo of ${what} (${formatWhen(at, now)}): ${label} becomes snapshot ${snapshot}; ${describeDifference(since)}; ${label} as it is now is kept in a snapshot`
}
