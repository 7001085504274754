/** What does the board say below the last change of dev: what the rows went through. Pure. */
import type { DevState } from '../event/state.ts'

/** How many lines at most: the log has all of them. */
const mostLines = 4

/**
 * A line for each table.
 * @param dev what is true of dev
 */
export function rowLossLines({ last, reversal }: Pick<DevState, 'last' | 'reversal'>): readonly string[] {
  // Sessions that were recorded earlier know nothing of it.
  const rows = last === null || reversal !== null ? [] : (last.rows ?? [])
  const shown = rows.length <= mostLines ? rows : rows.slice(0, mostLines - 1)
  const rest = rows.length - shown.length
  return [...shown, ...(rest > 0 ? [`${rest} more tables: l shows them`] : [])].map((line) => `     ! ${line}`)
}
