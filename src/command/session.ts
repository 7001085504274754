/** What every one-shot command begins with: its configuration, its store with all readers, and what a signal does. */

import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { findConfig } from '../config/find-config.ts'
import { createEngine, type Engine } from '../engine/engine.ts'
import { claimFolder } from '../engine/own-folder.ts'
import { openProject, type Project } from '../engine/project.ts'
import { readConfig } from '../engine/read-config.ts'
import { createStore, type Store } from '../event/store.ts'
import { currentFolder } from '../process/current-folder.ts'
import { endSoon } from '../process/end-soon.ts'
import { interruptedCode, onEndSignals } from '../process/stop-on-signal.ts'
import type { LogLevel } from '../report/log-reporter.ts'
import { createPlainReporter } from '../report/plain-reporter.ts'
import { printError } from './print.ts'
import { version } from './version.ts'

/** Options that all commands have. */
export interface SessionOptions {
  readonly config?: string
  readonly json?: boolean
  readonly logLevel?: LogLevel
  readonly verbose?: boolean
}

/** An open one-shot session. */
export interface Session {
  readonly config: Config
  readonly project: Project
  readonly engine: Engine
  readonly store: Store
  /** Ends the work. */
  readonly signal: AbortSignal
  close(): Promise<void>
}

/** How long a one-shot command waits for another devdb, in milliseconds. */
const lockWaitMs = 60_000

/**
 * Opens a session. Progress goes to stderr for people; with `--json` stdout has the one document and stderr is silent.
 * @param command what was typed, as others see it while they wait
 * @param options the command line's
 * @param onSignal `abort`: the first Ctrl-C ends the work; `finish`: the first one lets it come to its end, the second ends it
 * @param comparesModels whether a build is followed by a comparison of its models with the migrations
 * @throws DevdbError of the configuration
 */
export async function openSession(
  command: string,
  options: SessionOptions,
  onSignal: 'abort' | 'finish',
  comparesModels = false,
): Promise<Session> {
  const config = await readConfig(findConfig(currentFolder(), options.config ?? null))
  const store = createStore()
  if (options.json !== true) {
    const report = createPlainReporter({ write: printError, verbose: options.verbose === true })
    // That code reached dev is said at the end, as the last thing.
    store.subscribe((event, state) => event.kind !== 'dev-touched' && report(event, state))
  }
  claimFolder(config.folder)
  const closeLog = await openLog(store, config, options.logLevel)
  tellStart(store, config, command)
  const project = openProject(config, store, `devdb ${command}`, lockWaitMs)
  const stop = new AbortController()
  const engine = createEngine(project, { stop: stop.signal, comparesModels })
  const forgetSignals = listen(stop, onSignal)
  return {
    config,
    project,
    engine,
    store,
    signal: stop.signal,
    async close() {
      forgetSignals()
      await engine.close()
      await closeLog()
    },
  }
}

/** Starts the log file of a project. @returns ends it */
export async function openLog(
  store: Store,
  config: Pick<Config, 'folder'>,
  level: LogLevel | undefined,
): Promise<() => Promise<void>> {
  const { createLogReporter } = await import('../report/log-reporter.ts')
  const log = createLogReporter({ file: join(config.folder, 'devdb.log'), ...(level === undefined ? {} : { level }) })
  const forget = store.subscribe(log.reader)
  return async () => {
    forget()
    await log.close()
  }
}

/** The first two events of any session. */
export function tellStart(store: Store, config: Config, command: string): void {
  store.emit('session-started', { version, command, root: config.root, pid: process.pid })
  tellConfig(store, config)
}

/** What the configuration says, for the screen. */
export const tellConfig = (store: Store, { project, file, throwaway, dev, steps }: Config): void =>
  store.emit('config-loaded', {
    project,
    file,
    throwaway: throwaway.label,
    dev: dev.label,
    steps: steps.map(({ name }) => name),
  })

function listen(stop: AbortController, onSignal: 'abort' | 'finish'): () => void {
  let count = 0
  return onEndSignals(() => {
    count += 1
    if (onSignal === 'abort' || count > 1) {
      stop.abort()
      endSoon(interruptedCode)
    } else
      printError('\nletting the change come to its end; once more to stop it, and the dev database stays as it was\n')
  })
}
