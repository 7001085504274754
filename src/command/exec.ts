/** `devdb exec -- COMMAND`: runs a command with its environment pointed at a throwaway that is ready. */

import { type Config, environmentFor } from '../config/config.ts'
import { findConfig } from '../config/find-config.ts'
import { importConfig } from '../config/import-config.ts'
import { dialectNamed } from '../dialect/find-dialect.ts'
import { readThrowawayStatus } from '../engine/last-build.ts'
import { holderOf } from '../engine/lock.ts'
import { exitCodeOf } from '../error.ts'
import { currentFolder } from '../process/current-folder.ts'
import { runForeground } from '../seed/run-foreground.ts'
import type { ExecOptions } from './make-ready.ts'
import { printError } from './print.ts'

/**
 * @param words the command and its arguments
 * @returns its exit code; that of the Problem where it did not come to it
 */
export async function runExec(words: readonly string[], options: ExecOptions): Promise<number> {
  const config = await importConfig(findConfig(currentFolder(), options.config ?? null))
  if (options.fresh === true || options.verbose === true || !(await isReady(config))) {
    const problem = await (await import('./make-ready.ts')).makeReady(options)
    if (problem !== null) return exitCodeOf(problem)
  }
  const dev = await dialectNamed(config.dev.dialect, config.root).observe(config.dev)
  try {
    const exit = await runForeground(words, { cwd: config.cwd, env: environmentFor(config, config.throwaway) })
    if (await dev.hasChanged()) printError(touched(config))
    return exit
  } finally {
    await dev.close()
  }
}

/** Such a command was meant to work on the throwaway; whether it did is its own doing. */
const touched = ({ dev }: Config): string =>
  `warning: dev database ${dev.label} changed while the command ran (an application that is running may have been the writer)
  → if it names its database itself, let it read DATABASE_URL, or set with env: what it reads\n`

/** Whether there is nothing to wait for, and nothing to build. */
const isReady = async (config: Config): Promise<boolean> =>
  holderOf(config.folder, 'work') === null &&
  (await readThrowawayStatus(config, dialectNamed(config.dev.dialect, config.root))).state === 'ready'
