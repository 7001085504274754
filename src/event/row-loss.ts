/** What rows went through between two moments: what is gone, and what holds another value now. Pure; commands, reporters and the screen share it. */

/**
 * What became of rows, or of their values in a column. `deleted`: the row is gone. `dropped`: the column is gone, and the row had a value in it.
 * `emptied`: the value is NULL now. `changed`: it is another one. A NULL that was filled in is none of them.
 */
export type LossKind = 'deleted' | 'dropped' | 'emptied' | 'changed'

/** How many rows of one table. */
export interface RowLoss {
  readonly kind: LossKind
  readonly table: string
  /** Null: whole rows. */
  readonly column: string | null
  readonly rows: number
}

/** What a change of a database did to its rows. */
export interface RowReport {
  /** What cannot be read from the database any more: rows that were deleted, values that were dropped or emptied. */
  readonly lost: readonly RowLoss[]
  /** What was overwritten. */
  readonly changed: readonly RowLoss[]
  /** Why nothing was counted, in a few words; null where it was. */
  readonly notCounted: string | null
}

/** Nothing happened to any row. */
export const noRowLoss: RowReport = { lost: [], changed: [], notCounted: null }

/** Sorts what was found into what is lost and what was overwritten. */
export const rowReport = (found: readonly RowLoss[]): RowReport => ({
  lost: found.filter(({ kind }) => kind !== 'changed'),
  changed: found.filter(({ kind }) => kind === 'changed'),
  notCounted: null,
})

/** Says it in words, such as `dropped users.nickname in 42 rows` or `deleted 1,204 rows of comments`. */
export const describeRowLoss = (loss: RowLoss): string => inWords(loss.kind, loss)

/** Says it of what was only tried, such as `drops users.nickname in 42 rows`. */
export const describeThreat = (loss: RowLoss): string => inWords(verbs[loss.kind], loss)

const verbs = { deleted: 'deletes', dropped: 'drops', emptied: 'empties', changed: 'changes' } as const

function inWords(verb: string, { table, column, rows }: RowLoss): string {
  const count = `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`
  return column === null ? `${verb} ${count} of ${table}` : `${verb} ${table}.${column} in ${count}`
}

/** What an event says beyond its own line: of a change of dev, what the rows went through, a line for each table. */
export const rowLines = (event: object): readonly string[] =>
  'rows' in event ? describeRowReport(event.rows as RowReport | undefined) : []

/**
 * Says it in one line for each table.
 * @param report what was found; left out by sessions that were recorded earlier
 */
export function describeRowReport(report: RowReport | undefined): readonly string[] {
  if (report === undefined) return []
  const byTable = new Map<string, readonly string[]>()
  for (const loss of [...report.lost, ...report.changed])
    byTable.set(loss.table, [...(byTable.get(loss.table) ?? []), describeRowLoss(loss)])
  const tables = [...byTable.keys()].sort()
  const lines = tables.map((table) => byTable.get(table)!.join('; '))
  return report.notCounted === null ? lines : [...lines, `rows not counted: ${report.notCounted}`]
}
