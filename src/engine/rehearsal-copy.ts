/** Where a rehearsal starts: a copy of dev as it is now; without a dev database, what its first upgrade would start from. */
import type { Target } from '../database/target.ts'
import { buildShadow } from './build-shadow.ts'
import type { Project } from './project.ts'

/**
 * Makes the copy, while the application may be writing.
 * @param project the project
 * @param copy where to
 * @param signal cancels it
 * @throws DevdbError `dev-busy`, `dev-unreadable`
 */
export async function startRehearsalCopy(project: Project, copy: Target, signal: AbortSignal): Promise<void> {
  const { config, dialect } = project
  if (await dialect.exists(config.dev)) {
    await dialect.removeScratch(copy)
    await dialect.copy(config.dev, copy, config.waitMs)
    return
  }
  await dialect.prepareScratch(copy)
  await dialect.checkpoint(await buildShadow(project, signal, []), copy)
}
