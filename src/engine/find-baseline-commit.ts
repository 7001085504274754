/** Which revision of the models could the migrations have started from? */
import { dirname, join } from 'node:path'
import { bareName, readMigrationFolder } from '../migration/migration-folder.ts'
import { openGit } from '../process/git.ts'
import type { Project } from './project.ts'

/**
 * Looks where the first migration cannot be replayed from empty: a project that began with `sync()` has its first tables in the models of
 * the commit before that migration.
 * @param project the project
 * @param migration the one that failed
 * @returns a name for git; null where that is not the first one, or git does not know of it
 */
export async function findBaselineCommit(
  { config }: Project,
  migration: string | undefined,
  signal = AbortSignal.timeout(5_000),
): Promise<string | null> {
  const [first] = readMigrationFolder(config.migrations)
  if (first === undefined || migration === undefined || bareName(first.name) !== bareName(migration)) return null
  const path = join(config.migrations.dir, first.name)
  try {
    const git = openGit(dirname(path), signal)
    const added = (await git.run('log', '--diff-filter=A', '--format=%h', '--', path)).trim().split('\n').at(-1) ?? ''
    if (added === '') return null
    await git.run('rev-parse', '--verify', '--quiet', `${added}^`)
    return `${added}^`
  } catch {
    return null
  }
}
