/** How many rows does each table of a database have? */
import { quote } from '../database/quote.ts'
import type { Target } from '../database/target.ts'
import type { TableRows } from '../event/describe-reset.ts'
import type { Project } from './project.ts'

/**
 * Counts them; the meta table is none of them.
 * @param project the project
 * @param target the database
 * @returns all tables, in name order; null where they cannot be counted
 */
export async function countRows({ config, dialect }: Project, target: Target): Promise<readonly TableRows[] | null> {
  try {
    const { tables } = await dialect.introspect(target, config.migrations.meta)
    const connection = await dialect.openForReading(target, config.waitMs)
    try {
      const counts: TableRows[] = []
      for (const table of Object.keys(tables)) {
        const [row] = await connection.all(`SELECT count(*) AS rows FROM ${quote(table)}`)
        counts.push({ table, rows: Number(row?.rows ?? 0) })
      }
      return counts
    } finally {
      await connection.close()
    }
  } catch {
    return null
  }
}
