/** `devdb exec -- COMMAND`: runs a command with its environment pointed at a throwaway that is ready. */
import { environmentFor } from '../config/config.ts'
import { readThrowawayStatus } from '../engine/last-build.ts'
import { withLock } from '../engine/with-lock.ts'
import { exitCodeOf, type Problem } from '../error.ts'
import { createPlainReporter } from '../report/plain-reporter.ts'
import { runForeground } from '../seed/run-foreground.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'

interface ExecOptions extends SessionOptions {
  readonly fresh?: boolean
}

/**
 * @param words the command and its arguments
 * @returns its exit code; that of the Problem where it did not come to it
 */
export async function runExec(words: readonly string[], options: ExecOptions): Promise<number> {
  const isVerbose = options.verbose === true
  // What the command prints is all there is to see, unless there is something to wait for.
  const session = await openSession('exec', { ...options, json: !isVerbose }, 'abort')
  if (!isVerbose)
    session.store.subscribe(createPlainReporter({ write: (text) => process.stderr.write(text), verbose: false }))
  const problem = await makeReady(session, options.fresh === true).finally(() => session.close())
  if (problem !== null) return exitCodeOf(problem)
  const { cwd, throwaway } = session.config
  return runForeground(words, { cwd, env: environmentFor(session.config, throwaway) })
}

/**
 * Waits for a build that runs, here or in a watch, and builds where that left no throwaway of what is saved now.
 * @returns why there is none; the reporter has told it
 */
async function makeReady({ project, store, signal, engine }: Session, isFresh: boolean): Promise<Problem | null> {
  const { config, dialect } = project
  const { state } = await withLock(project, signal, store.emit, () => readThrowawayStatus(config, dialect))
  if (state === 'ready' && !isFresh) return null
  // A watch that saw the same save may have built it by now; then there is nothing to build.
  const report = await engine.build('exec', { keepsUnchanged: !isFresh })
  await engine.idle()
  return report?.problem ?? null
}
