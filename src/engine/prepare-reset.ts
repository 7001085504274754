/** What recreating dev would lose: its rows, counted by table. */

import { DevdbError } from '../error.ts'
import type { TableRows } from '../event/describe-reset.ts'
import { countRows } from './count-rows.ts'
import type { Project } from './project.ts'
import { readDevPosition } from './read-dev-board.ts'

/**
 * Checks that there is something to recreate dev from. A branch without migrations, an empty folder and a pattern that fits nothing look alike,
 * and all of them would leave an empty database.
 * @param project the project
 * @throws DevdbError `migration-none`; what reading dev throws
 */
export async function checkReset(project: Project): Promise<void> {
  const { label } = project.config.dev
  const { logged, files } = await readDevPosition(project)
  if (logged.length === 0 || files.length > 0 || project.config.baseline !== null) return
  throw new DevdbError(
    'migration-none',
    `${label} has ${logged.length} applied ${logged.length === 1 ? 'migration' : 'migrations'}, and ${project.config.migrations.dir} has no file to recreate it from; ${label} is as it was`,
    { hint: 'look at the branch, and at migrations.dir and migrations.match in the configuration: devdb status' },
  )
}

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
