/** What recreating dev would lose: its rows, counted by table. */
import type { TableRows } from '../event/describe-reset.ts'
import { countRows } from './count-rows.ts'
import type { Project } from './project.ts'

/**
 * Counts the rows of dev.
 * @param project the project
 * @returns tables with rows, the fullest first; null where they cannot be counted, which keeps nobody from recreating dev
 */
export async function prepareReset(project: Project): Promise<readonly TableRows[] | null> {
  const { config, dialect } = project
  if (!(await dialect.exists(config.dev))) return []
  const counts = await countRows(project, config.dev)
  return counts === null ? null : counts.filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows)
}
