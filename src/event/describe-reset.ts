/** What recreating dev would lose, in words. Pure; the command and the screen share it. */

/** How many rows a table has. */
export interface TableRows {
  readonly table: string
  readonly rows: number
}

/** How many tables are named. */
const shownTables = 5

/**
 * Says what will be lost, for who is asked.
 * @param tables those with rows, the fullest first; null where they cannot be counted
 * @param label the dev database
 */
export function describeReset(tables: readonly TableRows[] | null, label: string): string {
  const kept = `${label} as it is now is kept in a snapshot`
  const head = `recreate ${label} from its migrations`
  if (tables === null) return `${head}: whatever it holds is lost; ${kept}`
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  if (rows === 0) return `${head}: it holds no rows; ${kept}`
  const rest = tables.length - shownTables
  const named = [
    ...tables.slice(0, shownTables).map((table) => `${table.table} ${table.rows}`),
    ...(rest > 0 ? [`${rest} more ${rest === 1 ? 'table' : 'tables'}`] : []),
  ]
  return `${head}: its ${rows} ${rows === 1 ? 'row is' : 'rows are'} lost (${named.join(', ')}); ${kept}`
}
