/** What does a key do? Pure: the next view, and perhaps a wish. */
import type { Problem } from '../error.ts'
import type { State } from '../event/state.ts'
import { cursorIndex, namesToRevert } from './cursor.ts'
import { findKey, type KeyAction } from './keys.ts'
import { isNothingToDo } from './open-problems.ts'
import { helpLines, logLines, type Size, viewRows } from './page.ts'
import { answerUpgrade, upgradeOrAsk } from './upgrade-risk.ts'
import { type Confirmation, onlyGoesOn, type Pressed, still, type ViewState } from './view.ts'
import { pressInDraft } from './view-draft.ts'
import { answerDrift, openDrift, pressInDrift } from './view-drift.ts'
import { emptyTyping, pressInMessage } from './view-message.ts'
import { answerReset, askReset } from './view-reset.ts'

/**
 * What a key does.
 * @param before the view before it
 * @param state what is true
 * @param name of the key, see `namesOf`
 * @param size of the terminal
 */
export function press(before: ViewState, state: State, name: string, size: Size): Pressed {
  const view = { ...before, notice: null }
  if (view.isQuitting) return { view, request: name === 'ctrl-c' ? { kind: 'stop' } : null }
  if (name === 'ctrl-c') return { ...act(view, state, 'quit', size), request: { kind: 'interrupt' } }
  if (view.typing !== null) return pressInMessage(view, view.typing, name)
  if (view.confirmation !== null) {
    const answered = answerAny(view, view.confirmation, state, name)
    // Where there is only a Problem to read, no wish may get lost with it.
    const isTaken = isRefused(view.confirmation, state) && !onlyGoesOn(name) && name !== 'q'
    return isTaken ? unlessUpgrade(press(answered.view, state, name, size), answered.view, name) : answered
  }
  const inDraft = view.open === 'board' ? pressInDraft(view, state, name, size) : null
  if (inDraft !== null) return inDraft
  if (view.open === 'board' && state.draft?.phase === 'done' && name !== 'l' && name !== '?') {
    const pressed = press(view, { ...state, draft: null }, name, size)
    const { view: next, request } = unlessUpgrade(pressed, view, name)
    return { view: next, request: request === null ? { kind: 'cancel' } : { kind: 'cancel-and', next: request } }
  }
  const inDrift = view.open === 'drift' ? pressInDrift(view, state, name) : null
  if (inDrift !== null) return inDrift
  const key = findKey(name)
  if (key === undefined) return still(view)
  const needsBoard = key.changesDev || key.action === 'reset' || key.action === 'generate' || key.action === 'drift'
  if (needsBoard && view.open !== 'board') return still(view)
  if (needsBoard && state.dev.url === '') return still(view, 'the configuration is not loaded yet')
  if (key.changesDev && state.dev.running !== null) return still(view, 'a change of the dev database is running')
  return act(view, state, key.action, size)
}

/** The key that puts a message away does not change dev with the same stroke: the message may be the reason not to. */
const unlessUpgrade = (pressed: Pressed, closed: ViewState, name: string): Pressed =>
  pressed.request?.kind === 'upgrade' ? still(closed, `${name} again upgrades dev`) : pressed

function answerAny(
  view: ViewState,
  confirmation: NonNullable<ViewState['confirmation']>,
  state: State,
  name: string,
): Pressed {
  if (confirmation === 'undo') return answerUndo(view, state, name)
  if (confirmation === 'drift') return answerDrift(view, state, name)
  if (confirmation === 'reset-dev') return answerReset(view, state, name)
  if (typeof confirmation === 'string') return answerStepBack(view, confirmation, state, name)
  return 'risks' in confirmation
    ? answerUpgrade(view, confirmation, state, name)
    : answer(view, confirmation, state, name)
}

/** Whether the line of a question only says why there is nothing to ask. */
function isRefused(confirmation: NonNullable<ViewState['confirmation']>, { dev, drift }: State): boolean {
  if (confirmation === 'drift') return drift.trial === null ? dev.problem !== null : drift.trial.problem !== null
  if (typeof confirmation !== 'string' || dev.problem === null) return false
  if (confirmation === 'undo') return dev.undo === null
  return confirmation === 'reset-dev' ? dev.reset === null : dev.stepBack?.verb !== confirmation
}

function act(view: ViewState, state: State, action: KeyAction, size: Size): Pressed {
  switch (action) {
    case 'upgrade-next':
      return upgradeOrAsk(view, state, '+1')
    case 'upgrade-head':
      return upgradeOrAsk(view, state, 'head')
    case 'downgrade-last':
      return ask(view, state, '-1')
    case 'go':
      return go(view, state)
    case 'rehearse':
      return { view, request: { kind: 'rehearse' } }
    case 'reapply':
    case 'roll-back':
      return { view: { ...view, confirmation: action }, request: { kind: 'prepare-step-back', verb: action } }
    case 'drift':
      return openDrift(view, state)
    case 'reset-dev':
      return askReset(view)
    case 'undo':
      return { view: { ...view, confirmation: 'undo' }, request: { kind: 'prepare-undo' } }
    case 'move-up':
      return still(move(view, state, -1, size))
    case 'move-down':
      return still(move(view, state, 1, size))
    case 'page-up':
      return still(move(view, state, -viewRows(size), size))
    case 'page-down':
      return still(move(view, state, viewRows(size), size))
    case 'generate':
      return state.models.changes?.length === 0
        ? still(view, 'the models need no migration')
        : still({ ...view, typing: emptyTyping })
    case 'reset':
      return { view, request: { kind: 'reset' } }
    case 'log':
    case 'help':
      return still({ ...view, open: view.open === action ? 'board' : action, scrolled: 0 })
    case 'back':
      return still(view.open === 'board' ? { ...view, dismissed: state.dev.problem } : { ...view, open: 'board' })
    case 'quit':
      return {
        view: { ...view, open: 'board', confirmation: null, typing: null, isQuitting: true },
        request: { kind: 'quit' },
      }
  }
}

function move(view: ViewState, state: State, by: number, size: Size): ViewState {
  const { board } = state.dev
  if (view.open === 'log') return scroll(view, -by, logLines(state, size.columns).length - viewRows(size))
  if (view.open === 'help') return scroll(view, by, helpLines(size.columns).length - viewRows(size))
  if (board === null || board.migrations.length === 0) return view
  const next = Math.min(board.migrations.length - 1, Math.max(0, cursorIndex(board, view.cursor) + by))
  return { ...view, cursor: board.migrations[next]!.name }
}

const scroll = (view: ViewState, by: number, most: number): ViewState => ({
  ...view,
  scrolled: Math.max(0, Math.min(most, view.scrolled + by)),
})

function go(view: ViewState, state: State): Pressed {
  const { board } = state.dev
  const here = board?.migrations[cursorIndex(board, view.cursor)]
  if (here === undefined) return still(view, 'there is no migration to go to')
  if (here.state !== 'pending') return ask(view, state, here.name)
  return upgradeOrAsk(view, state, here.name)
}

function ask(view: ViewState, { dev: { board } }: State, target: string): Pressed {
  if (board === null) return still(view, 'the dev database has not been read yet')
  const names = namesToRevert(board, target)
  if (names.length > 0) return still({ ...view, confirmation: { target, names } })
  return still(
    view,
    target === '-1' ? 'nothing is applied: there is nothing to downgrade' : `dev is at ${target} already`,
  )
}

/** What was asked must still be what would happen: when the board changed meanwhile, the question is asked anew. */
function answer(view: ViewState, { target, names }: Confirmation, state: State, name: string): Pressed {
  const closed = { ...view, confirmation: null }
  if (name === 'n' || name === 'N' || name === 'escape' || name === 'q') return still(closed)
  if (name !== 'y' && name !== 'Y') return still(view)
  if (state.dev.running !== null) return still(closed, 'a change of the dev database is running')
  const again = ask(closed, state, target)
  const asked = again.view.confirmation as Confirmation | null
  const isSame = JSON.stringify(asked?.names) === JSON.stringify(names)
  return isSame ? { view: closed, request: { kind: 'downgrade', target } } : again
}

/** Exactly what was shown is taken back: the engine refuses when another change came meanwhile. */
function answerUndo(view: ViewState, { dev }: State, name: string): Pressed {
  const closed = { ...view, confirmation: null }
  if (dev.undo === null && dev.problem !== null) return still(putAway(closed, dev.problem))
  if (name === 'n' || name === 'N' || name === 'escape' || name === 'q') return still(closed)
  if ((name !== 'y' && name !== 'Y') || dev.undo === null) return still(view)
  if (dev.running !== null) return still(closed, 'a change of the dev database is running')
  return { view: closed, request: { kind: 'undo', change: dev.undo.change } }
}

/** What runs on the copy is done by y; where it does not, or loses something, s takes the snapshot of before instead. */
function answerStepBack(view: ViewState, verb: 'reapply' | 'roll-back', { dev }: State, name: string): Pressed {
  const closed = { ...view, confirmation: null }
  const found = dev.stepBack?.verb === verb ? dev.stepBack : null
  if (dev.storedCode?.verb === verb) return answerStoredCode(view, dev.storedCode, name)
  if (found === null && dev.problem !== null) return still(putAway(closed, dev.problem))
  if (name === 'n' || name === 'N' || name === 'escape' || name === 'q') return still(closed)
  if (found === null) return still(view)
  if (dev.running !== null) return still(closed, 'a change of the dev database is running')
  if (name === 's' && found.snapshot !== null)
    return { view: closed, request: { kind: 'restore', snapshot: found.snapshot } }
  if ((name !== 'y' && name !== 'Y') || found.problem !== null) return still(view)
  return { view: closed, request: { kind: 'step-back', verb, names: found.names } }
}

/** Exactly the code that was shown may run. Only y says so: no key that was pressed for something else. */
function answerStoredCode(
  view: ViewState,
  { verb, code }: NonNullable<State['dev']['storedCode']>,
  name: string,
): Pressed {
  if (name === 'n' || name === 'N' || name === 'escape' || name === 'q') return still({ ...view, confirmation: null })
  if (name !== 'y') return still(view)
  return { view, request: { kind: 'agree-to-code', verb, ids: code.map(({ id }) => id) } }
}

/** That there was nothing to do has been read with the question's line, and is nothing to mend. */
const putAway = (view: ViewState, problem: Problem): ViewState =>
  isNothingToDo(problem) ? { ...view, dismissed: problem } : view
