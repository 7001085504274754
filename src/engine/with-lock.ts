/** How a job holds the project's work lock while it runs. */
import { toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { reach } from '../process/reach.ts'
import { acquireLock } from './lock.ts'
import type { Project } from './project.ts'
import { settleLastChange } from './settle-last-change.ts'

/**
 * Runs work under the lock. Who gets it first settles a change of dev that was interrupted, and tells what became of it.
 * @param project the project
 * @param signal ends the waiting
 * @param emit told whom it waits for
 * @param work what to do
 * @throws DevdbError `locked`, `interrupted`; whatever the work throws
 */
export async function withLock<Result>(
  project: Project,
  signal: AbortSignal,
  emit: Emit,
  work: () => Promise<Result>,
): Promise<Result> {
  const release = await acquireLock({
    folder: project.config.folder,
    name: 'work',
    command: project.command,
    waitMs: project.lockWaitMs,
    signal,
    onWait: (holder) => emit('lock-waited', { holder }),
  })
  try {
    reach('lock-taken')
    await settleLastChange(project, emit)
    return await work()
  } finally {
    releaseSafely(release, emit)
  }
}

/** The work is done: a lock that cannot be released is taken over when this process has ended. */
function releaseSafely(release: () => void, emit: Emit): void {
  try {
    release()
  } catch (error) {
    emit('warning-raised', { problem: toProblem(error) })
  }
}
