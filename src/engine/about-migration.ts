/** Which migration a child was about when it ended without a word of its own. */
import type { Problem } from '../error.ts'
import type { Direction } from '../event/event.ts'
import { repeatHint } from '../migration/migration-error.ts'

/**
 * Names the migration: the child may not know that it was one that exited or killed it, or let go of a promise that rejected.
 * @param problem what is known of the child's end
 * @param migration the one that ran last
 * @param path its file, where there is one
 * @param direction in which it ran
 */
export function aboutMigration(
  problem: Problem,
  migration: string,
  path: string | undefined,
  direction: Direction,
): Problem {
  if (problem.code.startsWith('migration-') || problem.migration === migration) return { ...problem, migration }
  const { code, message } = problem
  return {
    ...problem,
    code: code === 'disk-full' ? code : 'migration-failed',
    message: `${migration}: ${message}`,
    migration,
    ...(problem.file === undefined && path !== undefined ? { file: path } : {}),
    ...(code === 'model-failed' ? { hint: repeatHint(direction) } : {}),
  }
}
