/** How is it said that several models describe one table? */
import type { SharedTable } from './settle-tables.ts'

/** Names the models, and what the table gets of them. */
export const describeShared = ({ table, models }: SharedTable): string =>
  `${models.join(' and ')} describe the same table: ${table} gets the columns of ${models.length === 2 ? 'both' : 'all of them'}`
