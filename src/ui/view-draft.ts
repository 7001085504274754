/** What does a key do while a migration is drafted? Pure. */
import type { ChangeChoice } from '../event/draft-fields.ts'
import type { DraftState, State } from '../event/state.ts'
import type { Request } from './actions.ts'
import { chosenIndex, fileRoom } from './draft-layout.ts'
import { fileLines } from './draft-words.ts'
import { type DraftKeyAction, findDraftKey } from './keys.ts'
import type { Size } from './page.ts'
import { initialDraftView, onlyGoesOn, type Pressed, still, type ViewState } from './view.ts'
import { askReset } from './view-reset.ts'

/**
 * What a key does to the draft on screen.
 * @param view the view, without its notice
 * @param state what is true
 * @param name of the key, see `namesOf`
 * @param size of the terminal
 * @returns null where it means what it always means
 */
export function pressInDraft(view: ViewState, state: State, name: string, size: Size): Pressed | null {
  const { draft } = state
  if (draft === null) return null
  // What became of it is one line below the board, whose keys count again.
  if (draft.phase === 'done') return onlyGoesOn(name) ? wish(view, { kind: 'cancel' }) : null
  const isAsked = draft.phase === 'failed' && draft.file !== null
  const action = findDraftKey(name)?.action
  if (action !== undefined) return act(view, state, draft, action, name, size)
  if (name === 'l' || name === '?' || (name === 'q' && !isAsked)) return null
  return still(view)
}

function act(
  view: ViewState,
  state: State,
  draft: DraftState,
  action: DraftKeyAction,
  name: string,
  size: Size,
): Pressed {
  const { phase } = draft
  if (phase === 'failed') return afterFailure(view, draft, action)
  if (phase === 'proving') return still(view, 'the draft is being proven')
  if (action === 'cancel') return wish(view, { kind: 'cancel' })
  if (action === 'move-up' || action === 'move-down') return still(move(view, draft, action === 'move-up' ? -1 : 1))
  if (action === 'page-up' || action === 'page-down') {
    const room = fileRoom(draft, state, view, size)
    return still(scroll(view, draft, action === 'page-up' ? -room : room, room, size.columns))
  }
  if ((action === 'mark' || action === 'accept-change') && draft.question === null) return mark(view, draft, action)
  // The question that offers it stays on screen while the draft behind it is prepared anew.
  if (action === 'recreate' && (phase !== 'preparing' || draft.question?.isBehind === true)) return askReset(view)
  if (phase === 'preparing') return still(view, 'the draft is being prepared')
  if (phase === 'asking') return answer(view, draft, action, name)
  if (action === 'keep-columns') return wish(view, { kind: 'keep-columns', keeps: !draft.keepsColumns })
  return action === 'go-on' ? accept(view, draft) : still(view)
}

/** A file that is not proven is kept only when somebody says so. */
function afterFailure(view: ViewState, { file }: DraftState, action: DraftKeyAction): Pressed {
  if (file === null) return action === 'cancel' || action === 'go-on' ? wish(view, { kind: 'cancel' }) : still(view)
  if (action === 'keep-failed') return wish(view, { kind: 'keep-failed', keeps: true })
  return action === 'remove-failed' || action === 'cancel'
    ? wish(view, { kind: 'keep-failed', keeps: false })
    : still(view)
}

function answer(view: ViewState, { question }: DraftState, action: DraftKeyAction, name: string): Pressed {
  const options = question?.options ?? []
  const isBehind = question?.isBehind === true
  // Of a dev that is not up to date the last two answers are to upgrade it, and to recreate it.
  if (action === 'upgrade-first') return isBehind ? give(view, options.length - 2) : still(view)
  const index = action === 'pick' ? Number(name) - 1 : chosenIndex(options, view.draft.chosen)
  if ((action !== 'pick' && action !== 'go-on') || index >= options.length) return still(view)
  return isBehind && index === options.length - 1 ? askReset(view) : give(view, index)
}

const give = (view: ViewState, index: number): Pressed => ({
  view: { ...view, draft: initialDraftView },
  request: { kind: 'answer', index },
})

/** Each key has two states: to put something back never does a third thing. */
const nextChoice = {
  mark: { drafted: 'left', left: 'drafted', accepted: 'drafted' },
  'accept-change': { drafted: 'accepted', left: 'accepted', accepted: 'drafted' },
} as const satisfies Record<string, Record<ChangeChoice, ChangeChoice>>

function mark(view: ViewState, { changes }: DraftState, action: keyof typeof nextChoice): Pressed {
  const change = changes[chosenIndex(linesOf(changes), view.draft.chosen)]
  if (change === undefined) return still(view)
  const { line, choice } = change
  if (isRename(line)) return still(view, 'a rename cannot be left out here')
  // From now on the cursor stays with this line, wherever it goes.
  const marked = { ...view, draft: { ...view.draft, chosen: line } }
  return wish(marked, { kind: 'choose', line, choice: nextChoice[action][choice] })
}

/** Whether a line is a rename: it goes with the answer to a question, and not with a mark. */
export const isRename = (line: string): boolean => line.startsWith('> ')

function accept(view: ViewState, { changes }: DraftState): Pressed {
  if (changes.length === 0) return still(view, 'the models need no migration')
  if (changes.every(({ choice }) => choice === 'left')) return still(view, 'every change is left: nothing to do')
  return wish(view, { kind: 'accept' })
}

function move(view: ViewState, { question, changes }: DraftState, by: number): ViewState {
  const lines = question === null ? linesOf(changes) : question.options
  const next = Math.max(0, Math.min(lines.length - 1, chosenIndex(lines, view.draft.chosen) + by))
  return { ...view, draft: { ...view.draft, chosen: lines[next] ?? null } }
}

function scroll(view: ViewState, draft: DraftState, by: number, room: number, columns: number): ViewState {
  const most = Math.max(0, fileLines(draft, columns).length - room)
  const scrolled = Math.max(0, Math.min(most, Math.min(most, view.draft.scrolled) + by))
  return { ...view, draft: { ...view.draft, scrolled } }
}

const linesOf = (changes: DraftState['changes']): readonly string[] => changes.map(({ line }) => line)

const wish = (view: ViewState, request: Request): Pressed => ({ view, request })
