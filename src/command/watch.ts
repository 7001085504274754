/** `devdb watch`: stays open, and keeps the throwaway in step with the models. */
import { findConfig } from '../config/find-config.ts'
import type { Engine } from '../engine/engine.ts'
import { type WatchSession, watchSession } from '../engine/watch-session.ts'
import { type Problem, toProblem } from '../error.ts'
import { createStore } from '../event/store.ts'
import { createNdjsonReporter } from '../report/ndjson-reporter.ts'
import { createPlainReporter } from '../report/plain-reporter.ts'
import type { Actions } from '../ui/actions.ts'
import { printProblem } from './print-result.ts'
import { openLog, type SessionOptions } from './session.ts'
import { version } from './version.ts'

interface WatchOptions extends SessionOptions {
  readonly reporter?: 'tui' | 'plain' | 'ndjson'
}

/** @returns the exit code */
export async function runWatch(options: WatchOptions): Promise<number> {
  const file = findConfig(process.cwd(), options.config ?? null)
  const store = createStore()
  const reporter = options.reporter ?? (canDraw() ? 'tui' : 'plain')
  const write = (text: string): void => void process.stdout.write(text)
  if (reporter === 'plain') store.subscribe(createPlainReporter({ write, verbose: options.verbose === true }))
  if (reporter === 'ndjson') store.subscribe(createNdjsonReporter({ write }))

  // Before any child is started: while React loads, NODE_ENV is another one.
  const renderUi = reporter === 'tui' ? await loadScreen() : null
  const session = await watchSession({
    file,
    store,
    version,
    openLog: (config) => openLog(store, config, options.logLevel),
  })
  const ending = createEnding(session)
  const ui = renderUi?.({ store, actions: actionsOf(session, ending.end) }) ?? null
  ui?.waitUntilExit().catch((error: unknown) => ending.fail(error))
  const { reason, code, problem } = await ending.ended
  await session.close(reason).finally(() => ui?.close())
  return problem === null ? code : printProblem(problem)
}

const canDraw = (): boolean => process.stdout.isTTY === true && process.stdin.isTTY === true

const actionsOf = (session: WatchSession, end: (reason: string, code: number) => void): Actions => ({
  upgrade: (target) => void upgrade(session.engine(), target),
  downgrade: (target) => void session.engine()?.downgrade(target),
  reset: () => session.rebuild('reset'),
  quit: () => end('quit', 0),
  stop: () => session.stop(),
})

/** Where rows were written since the last rehearsal, they are rehearsed with first; what fails there changes nothing here. */
async function upgrade(engine: Engine | null, target: string): Promise<void> {
  if ((await engine?.rehearsing.renew()) === null) await engine?.upgrade(target)
}

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

/** Ink and React are loaded only where they draw. */
const loadScreen = async () => (await import('../ui/load-ui.ts')).loadUi()

interface Ending {
  readonly reason: string
  readonly code: number
  readonly problem: Problem | null
}

/** Why a watch ends: the first reason counts; a second signal stops even a change of dev. */
function createEnding(session: WatchSession) {
  let settle: (ending: Ending) => void = () => undefined
  const ended = new Promise<Ending>((resolve) => {
    settle = resolve
  })
  const end = (reason: string, code: number): void => settle({ reason, code, problem: null })
  // A defect must neither leave the terminal to itself nor be printed where it vanishes with the screen.
  const fail = (error: unknown): void => settle({ reason: 'failed', code: 1, problem: toProblem(error) })
  let signalled = false
  for (const [signal, code] of signals) {
    process.on(signal, () => {
      if (signalled) session.stop()
      signalled = true
      end(signal, code)
    })
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  process.stdout.on('error', () => end('the reader of the output is gone', 0))
  return { ended, end, fail }
}
