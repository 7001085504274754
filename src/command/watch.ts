/** `devdb watch`: stays open, and keeps the throwaway in step with the models. */

import { dirname } from 'node:path'
import { findConfig } from '../config/find-config.ts'
import type { Engine } from '../engine/engine.ts'
import { noRenames } from '../engine/settle-drift.ts'
import { type WatchSession, watchSession } from '../engine/watch-session.ts'
import { type Problem, toProblem } from '../error.ts'
import { createStore } from '../event/store.ts'
import { currentFolder } from '../process/current-folder.ts'
import { takeDefects } from '../process/defects.ts'
import { endSoon } from '../process/end-soon.ts'
import { editorWords, openEditor } from '../process/open-editor.ts'
import { createNdjsonReporter } from '../report/ndjson-reporter.ts'
import { createPlainReporter } from '../report/plain-reporter.ts'
import type { Actions } from '../ui/actions.ts'
import type { Edit } from '../ui/use-editor.ts'
import { print, printDocument } from './print.ts'
import { printProblem } from './print-result.ts'
import { openLog, type SessionOptions } from './session.ts'
import { version } from './version.ts'

interface WatchOptions extends SessionOptions {
  readonly reporter?: 'tui' | 'plain' | 'ndjson'
}

/** @returns the exit code */
export async function runWatch(options: WatchOptions): Promise<number> {
  const file = findConfig(currentFolder(), options.config ?? null)
  const store = createStore()
  const reporter = options.reporter ?? (canDraw() ? 'tui' : 'plain')
  if (reporter === 'plain') store.subscribe(createPlainReporter({ write: print, verbose: options.verbose === true }))
  if (reporter === 'ndjson') store.subscribe(createNdjsonReporter({ write: printDocument }))

  // Before any child is started: while React loads, NODE_ENV is another one.
  const renderUi = reporter === 'tui' ? await loadScreen() : null
  const session = await watchSession({
    file,
    store,
    version,
    openLog: (config) => openLog(store, config, options.logLevel),
  })
  // A change of dev comes to its end first, and so does the test of a draft.
  const isBusy = (): boolean => store.state.dev.running !== null || store.state.draft?.phase === 'proving'
  const ending = createEnding(session)
  const ui = renderUi?.({ store, actions: actionsOf(session, ending), edit: editOf(dirname(file), ending) }) ?? null
  ui?.waitUntilExit().catch((error: unknown) => ending.fail(error))
  const { reason, code, problem } = await ending.ended
  if (!isBusy()) endSoon(code)
  await session.close(reason).finally(() => ui?.close())
  endSoon(code)
  return problem === null ? code : printProblem(problem)
}

const canDraw = (): boolean => process.stdout.isTTY === true && process.stdin.isTTY === true

const actionsOf = (session: WatchSession, ending: Pick<Ending, 'end' | 'stop'>): Actions => ({
  upgrade: (target) => reported(upgrade(session.engine(), target)),
  downgrade: (target) => reported(session.engine()?.downgrade(target)),
  prepareUndo: () => reported(session.engine()?.prepareUndo()),
  undo: (change) => reported(session.engine()?.undo(change)),
  rehearse: () => session.engine()?.rehearsing.start(),
  prepareStepBack: (verb) => reported(session.engine()?.prepareStepBack(verb)),
  agreeToCode: (verb, ids) => reported(session.engine()?.agreeToCode(verb, ids)),
  stepBack: (verb, names) => reported(session.engine()?.stepBack(verb, names)),
  restore: (snapshot) => reported(session.engine()?.restore(snapshot)),
  tryDrift: (names) => reported(session.engine()?.drifting.tryOut(names)),
  settleDrift: (decision) =>
    reported(session.engine()?.drifting.settle({ ...decision, message: null, answers: noRenames, records: true })),
  prepareReset: () => reported(session.engine()?.prepareReset()),
  resetDev: () => reported(resetDev(session.engine())),
  reset: () => session.rebuild('reset'),
  draft: {
    begin: (message) => session.engine()?.drafting.begin(message),
    answer: (index) => session.engine()?.drafting.answer(index),
    choose: (line, choice) => session.engine()?.drafting.choose(line, choice),
    keepColumns: (keeps) => session.engine()?.drafting.keepColumns(keeps),
    accept: () => session.engine()?.drafting.accept(),
    keepFailed: (keeps) => session.engine()?.drafting.keepFailed(keeps),
    cancel: () => session.engine()?.drafting.cancel(),
  },
  quit: () => ending.end('quit', 0),
  interrupt: () => ending.end('SIGINT', 130),
  stop: () => ending.stop(130),
})

/** What fails in it is an event already. */
const reported = (verb: Promise<unknown> | undefined): void => void verb?.catch(() => undefined)

/** A draft that waits for it goes on afterwards. */
async function resetDev(engine: Engine | null): Promise<void> {
  await engine?.drafting.goOnAfter(async () => (await engine.resetDev()).problem)
}

/** Where rows were written since the last rehearsal, they are rehearsed with first; what fails there changes nothing here. */
async function upgrade(engine: Engine | null, target: string): Promise<void> {
  if ((await engine?.rehearsing.renew()) === null) await engine?.upgrade(target)
}

/** Where an editor is named, it gets each draft that is done. */
function editOf(cwd: string, ending: Ending): Edit | null {
  const words = editorWords(process.env)
  if (words === null) return null
  return (file, signal) => ending.withoutInterrupts(() => openEditor({ words, file, cwd, signal }))
}

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const

/** Ink and React are loaded only where they draw. */
const loadScreen = async () => (await import('../ui/load-ui.ts')).loadUi()

/** How much later than an editor's end its Ctrl-C may be told here, in milliseconds. */
const lateSignalMs = 300

interface End {
  readonly reason: string
  readonly code: number
  readonly problem: Problem | null
}

interface Ending {
  readonly ended: Promise<End>
  end(reason: string, code: number): void
  /** Ends even a change of dev, and soon. */
  stop(code: number): void
  fail(error: unknown): void
  /** Ctrl-C is for another program until this one is done. */
  withoutInterrupts<Value>(run: () => Promise<Value>): Promise<Value>
}

/** Why a watch ends: the first reason counts; a second signal stops even a change of dev. */
function createEnding(session: WatchSession): Ending {
  let settle: (end: End) => void = () => undefined
  const ended = new Promise<End>((resolve) => {
    settle = resolve
  })
  const end = (reason: string, code: number): void => settle({ reason, code, problem: null })
  // A defect must neither leave the terminal to itself nor be printed where it vanishes with the screen.
  const fail = (error: unknown): void => settle({ reason: 'failed', code: 1, problem: toProblem(error) })
  const stop = (code: number): void => {
    session.stop()
    endSoon(code)
  }
  let signalled = false
  let isHeld = false
  for (const [signal, code] of signals) {
    process.on(signal, () => {
      if (isHeld && signal === 'SIGINT') return
      if (signalled) stop(code)
      signalled = true
      end(signal, code)
    })
  }
  takeDefects(fail)
  process.stdout.on('error', () => end('the reader of the output is gone', 0))
  const withoutInterrupts = <Value>(run: () => Promise<Value>): Promise<Value> => {
    isHeld = true
    // The Ctrl-C that ended the editor came to this process too, perhaps a moment later.
    return run().finally(() => {
      setTimeout(() => {
        isHeld = false
      }, lateSignalMs).unref()
    })
  }
  return { ended, end, stop, fail, withoutInterrupts }
}
