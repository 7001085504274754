/** `devdb exec -- COMMAND`: runs a command with its environment pointed at a throwaway that is ready. */
import { environmentFor } from '../config/config.ts'
import { findConfig } from '../config/find-config.ts'
import { guarded } from '../engine/dev-guard.ts'
import { isSnapshotDue } from '../engine/first-snapshot.ts'
import { readThrowawayStatus } from '../engine/last-build.ts'
import { holderOf } from '../engine/lock.ts'
import { lookAtProject, type Project } from '../engine/project.ts'
import { readConfig } from '../engine/read-config.ts'
import { execRunner } from '../engine/runners.ts'
import { exitCodeOf } from '../error.ts'
import { createStore } from '../event/store.ts'
import { currentFolder } from '../process/current-folder.ts'
import { runForeground } from '../seed/run-foreground.ts'
import type { ExecOptions } from './make-ready.ts'

/**
 * @param words the command and its arguments
 * @returns its exit code; that of the Problem where it did not come to it
 */
export async function runExec(words: readonly string[], options: ExecOptions): Promise<number> {
  const config = await readConfig(findConfig(currentFolder(), options.config ?? null))
  const project = lookAtProject(config, createStore(), 'devdb exec', 0)
  if (options.fresh === true || options.verbose === true || !(await isReady(project))) {
    const problem = await (await import('./make-ready.ts')).makeReady(options)
    if (problem !== null) return exitCodeOf(problem)
  }
  if (await isSnapshotDue(project)) await (await import('./make-ready.ts')).copyDev(project)
  const setting = { cwd: config.cwd, env: environmentFor(config, config.throwaway) }
  return guarded(project, execRunner, () => runForeground(words, setting))
}

/** Whether there is nothing to wait for, and nothing to build. */
const isReady = async ({ config, dialect }: Project): Promise<boolean> =>
  holderOf(config.folder, 'work') === null && (await readThrowawayStatus(config, dialect)).state === 'ready'
