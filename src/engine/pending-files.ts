/** The files of pending migrations, as `upgrade` would apply them. */

import { bareName, type MigrationFile, orderOf } from '../migration/migration-folder.ts'
import { migrationsToApply } from '../migration/migration-target.ts'
import { baselineNames } from './build-shadow.ts'
import type { Project } from './project.ts'
import { type DevPosition, readDevPosition } from './read-dev-board.ts'

/**
 * Finds them.
 * @param project the project
 * @param target as for `upgrade`: `head`, `+N`, or a name, which is included
 * @param signal cancels it
 * @throws DevdbError `target-unknown`, `target-ambiguous`, `usage`, of dev and of the migrations folder
 */
export async function pendingFiles(
  project: Project,
  target: string,
  signal: AbortSignal,
): Promise<readonly MigrationFile[]> {
  return pendingAmong(project, await readDevPosition(project), target, signal)
}

/** The same, where dev's position is known already. */
export async function pendingAmong(
  project: Project,
  { board, files }: DevPosition,
  target: string,
  signal: AbortSignal,
): Promise<readonly MigrationFile[]> {
  // A new dev database has what the baseline stands for.
  const covered = board.exists ? new Set<string>() : await baselineNames(project, signal)
  return migrationsToApply(board.migrations, target, orderOf(project.config.migrations.sort)).flatMap((name) =>
    covered.has(bareName(name)) ? [] : files.filter((file) => file.name === name),
  )
}
