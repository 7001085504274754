/** How does `exec` get a throwaway to work on, where none is ready? Loaded for this alone. */

import { snapshotBeforeCode } from '../engine/first-snapshot.ts'
import { readThrowawayStatus } from '../engine/last-build.ts'
import type { Project } from '../engine/project.ts'
import { withLock } from '../engine/with-lock.ts'
import type { Problem } from '../error.ts'
import { createPlainReporter } from '../report/plain-reporter.ts'
import { printError } from './print.ts'
import { openSession, type SessionOptions } from './session.ts'

/** Of `devdb exec`. */
export interface ExecOptions extends SessionOptions {
  readonly fresh?: boolean
}

/**
 * Waits for a build that runs, here or in a watch, and builds where that left no throwaway of what is saved now.
 * @returns why there is none; the reporter has told it
 */
export async function makeReady(options: ExecOptions): Promise<Problem | null> {
  const isVerbose = options.verbose === true
  // What the command prints is all there is to see, unless there is something to wait for.
  const session = await openSession('exec', { ...options, json: !isVerbose }, 'abort')
  const { project, store, signal, engine } = session
  if (!isVerbose) store.subscribe(createPlainReporter({ write: printError }))
  try {
    const { config, dialect } = project
    const { state } = await withLock(project, signal, store.emit, () => readThrowawayStatus(config, dialect))
    if (state === 'ready' && options.fresh !== true) return null
    // A watch that saw the same save may have built it by now; then there is nothing to build.
    const report = await engine.build('exec', { keepsUnchanged: options.fresh !== true })
    await engine.idle()
    return report?.problem ?? null
  } finally {
    await session.close()
  }
}

/** How long a command waits for another devdb, in milliseconds. */
const lockWaitMs = 60_000

/** Copies dev to the snapshots, as before code of the project first runs. */
export async function copyDev(project: Project): Promise<void> {
  const { signal } = new AbortController()
  await withLock({ ...project, lockWaitMs }, signal, project.store.emit, () => snapshotBeforeCode(project))
}
