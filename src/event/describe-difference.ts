/** What was written between two moments, in words. Pure; the commands and the screen share it. */
import type { ContentDifference, RowDifference } from './event.ts'

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
