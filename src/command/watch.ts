/** `devdb watch`: stays open, and keeps the throwaway in step with the models. */

import { findConfig } from '../config/find-config.ts'
import { type WatchSession, watchSession } from '../engine/watch-session.ts'
import { createStore, type Store } from '../event/store.ts'
import { createNdjsonReporter } from '../report/ndjson-reporter.ts'
import { createPlainReporter } from '../report/plain-reporter.ts'
import type { Actions } from '../ui/actions.ts'
import { openLog, type SessionOptions } from './session.ts'
import { version } from './version.ts'

interface WatchOptions extends SessionOptions {
  readonly reporter?: 'tui' | 'plain' | 'ndjson'
}

/** @returns the exit code */
export async function runWatch(options: WatchOptions): Promise<number> {
  const file = findConfig(process.cwd(), options.config ?? null)
  const store = createStore()
  const canDraw = process.stdout.isTTY === true && process.stdin.isTTY === true
  const reporter = options.reporter ?? (canDraw ? 'tui' : 'plain')
  const write = (text: string): void => void process.stdout.write(text)
  if (reporter === 'plain') store.subscribe(createPlainReporter({ write, verbose: options.verbose === true }))
  if (reporter === 'ndjson') store.subscribe(createNdjsonReporter({ write }))

  const ending = createEnding()
  let session: WatchSession | null = null
  const actions: Actions = {
    upgrade: (target) => void session?.engine()?.upgrade(target),
    downgrade: (target) => void session?.engine()?.downgrade(target),
    reset: () => session?.rebuild('reset'),
    quit: () => ending.end('quit', 0),
  }
  for (const [signal, code] of signals) process.on(signal, () => ending.end(signal, code))
  process.stdout.on('error', () => ending.end('the reader of the output is gone', 0))
  // Before any child is started: while React loads, NODE_ENV is another one.
  const ui = reporter === 'tui' ? await openScreen(store, actions) : null
  ui?.waitUntilExit().catch((error: Error) => ending.end(`the screen failed: ${error.message}`, 1))
  try {
    session = await watchSession({
      file,
      store,
      version,
      openLog: (config) => openLog(store, config, options.logLevel),
    })
    const { reason, code } = await ending.ended
    await session.close(reason)
    return code
  } finally {
    ui?.close()
  }
}

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

/** Ink and React are loaded only where they draw. */
async function openScreen(store: Store, actions: Actions) {
  const { openUi } = await import('../ui/open-ui.ts')
  return openUi({ store, actions })
}

/** The first reason to end counts. */
function createEnding() {
  let end: (reason: string, code: number) => void = () => undefined
  const ended = new Promise<{ reason: string; code: number }>((resolve) => {
    end = (reason, code) => resolve({ reason, code })
  })
  return { ended, end: (reason: string, code: number): void => end(reason, code) }
}
