/** What recreating dev would lose: its rows, counted by table. */
import type { TableRows } from '../event/describe-reset.ts'
import type { Project } from './project.ts'
import { quote } from './row-contents.ts'

/**
 * Counts the rows of dev.
 * @param project the project
 * @returns tables with rows, the fullest first; null where they cannot be counted, which keeps nobody from recreating dev
 */
export async function prepareReset({ config, dialect }: Project): Promise<readonly TableRows[] | null> {
  if (!(await dialect.exists(config.dev))) return []
  try {
    const { tables } = await dialect.introspect(config.dev, config.migrations.meta)
    const connection = await dialect.openForReading(config.dev, config.waitMs)
    try {
      const counts: TableRows[] = []
      for (const table of Object.keys(tables)) {
        const [row] = await connection.all(`SELECT count(*) AS rows FROM ${quote(table)}`)
        counts.push({ table, rows: Number(row?.rows ?? 0) })
      }
      return counts.filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows)
    } finally {
      await connection.close()
    }
  } catch {
    return null
  }
}
