/** What does the screen remember besides State, and what does a key do to it? Pure: the next view, and perhaps a wish. */
import type { Problem } from '../error.ts'
import type { State } from '../event/state.ts'
import type { Request } from './actions.ts'
import { cursorIndex, namesToRevert } from './cursor.ts'
import { findKey, type KeyAction } from './keys.ts'
import { helpLines, logLines, type Size, viewRows } from './page.ts'

/** A question that waits for y or n. */
export interface Confirmation {
  /** What `Actions.downgrade` gets. */
  readonly target: string
  /** What will be reverted, in that order. */
  readonly names: readonly string[]
}

/** Everything about the screen that is not State. */
export interface ViewState {
  readonly open: 'board' | 'help' | 'log'
  /** The migration that the user moved to; null: the cursor follows the next one to apply. */
  readonly cursor: string | null
  /** How many lines the log is scrolled up from its end, or the help down from its beginning. */
  readonly scrolled: number
  readonly confirmation: Confirmation | null
  /** Why the last key did nothing. */
  readonly notice: string | null
  /** The Problem of the dev database that the user put away. */
  readonly dismissed: Problem | null
  readonly isQuitting: boolean
}

/** The view before the first key. */
export const initialView: ViewState = {
  open: 'board',
  cursor: null,
  scrolled: 0,
  confirmation: null,
  notice: null,
  dismissed: null,
  isQuitting: false,
}

/** What a key came to. */
export interface Pressed {
  readonly view: ViewState
  readonly request: Request | null
}

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
  if (name === 'ctrl-c') return act(view, state, 'quit', size)
  if (view.confirmation !== null) return answer(view, view.confirmation, state, name)
  const key = findKey(name)
  if (key === undefined) return still(view)
  if (view.open !== 'board' && (key.changesDev || key.action === 'reset')) return still(view)
  if ((key.changesDev || key.action === 'reset') && state.dev.url === '')
    return still(view, 'the configuration is not loaded yet')
  if (key.changesDev && state.dev.running !== null) return still(view, 'a change of the dev database is running')
  return act(view, state, key.action, size)
}

function act(view: ViewState, state: State, action: KeyAction, size: Size): Pressed {
  switch (action) {
    case 'upgrade-next':
      return { view, request: { kind: 'upgrade', target: '+1' } }
    case 'upgrade-head':
      return { view, request: { kind: 'upgrade', target: 'head' } }
    case 'downgrade-last':
      return ask(view, state, '-1')
    case 'go':
      return go(view, state)
    case 'move-up':
      return still(move(view, state, -1, size))
    case 'move-down':
      return still(move(view, state, 1, size))
    case 'page-up':
      return still(move(view, state, -viewRows(size), size))
    case 'page-down':
      return still(move(view, state, viewRows(size), size))
    case 'reset':
      return { view, request: { kind: 'reset' } }
    case 'log':
    case 'help':
      return still({ ...view, open: view.open === action ? 'board' : action, scrolled: 0 })
    case 'back':
      return still(view.open === 'board' ? { ...view, dismissed: state.dev.problem } : { ...view, open: 'board' })
    case 'quit':
      return { view: { ...view, open: 'board', confirmation: null, isQuitting: true }, request: { kind: 'quit' } }
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
  return { view, request: { kind: 'upgrade', target: here.name } }
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
  const isSame = JSON.stringify(again.view.confirmation?.names) === JSON.stringify(names)
  return isSame ? { view: closed, request: { kind: 'downgrade', target } } : again
}

const still = (view: ViewState, notice: string | null = null): Pressed => ({ view: { ...view, notice }, request: null })
