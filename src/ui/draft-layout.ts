/** How do the parts of a draft share the rows, and where is its cursor? Pure; keys and panel read the same numbers. */
import type { DraftState, State } from '../event/state.ts'
import { answerLines, changeLines, fileLines, questionLines, remarkLines } from './draft-words.ts'
import { bodyRoom, footerOf } from './footer.ts'
import { shareRows } from './layout.ts'
import { type Size, wrappedProblem } from './page.ts'
import type { ViewState } from './view.ts'

/** How many rows each part gets, besides the title. */
export interface DraftRows {
  /** The line that says what runs. */
  readonly running: number
  readonly question: number
  readonly answers: number
  readonly changes: number
  readonly remarks: number
  /** An empty line before the file, or between a question and the changes. */
  readonly gap: number
  /** The file's name, and its text below. */
  readonly file: number
  readonly problem: number
}

function wishesOf(draft: DraftState, root: string, columns: number) {
  const { phase, problem, changes } = draft
  if (phase === 'failed' && problem !== null) {
    return { ...nothing, problem: { least: 8, most: 1 + wrappedProblem(problem, root, columns).length } }
  }
  const text = fileLines(draft, columns).length
  const hasBoth = draft.question !== null && changes.length > 0
  return {
    ...nothing,
    running: { least: 1, most: phase === 'proving' ? 1 : 0 },
    question: { least: 2, most: questionLines(draft, columns).length },
    answers: { least: 3, most: answerLines(draft, columns).length },
    changes: { least: 3, most: changeLines(draft, columns).length },
    remarks: { least: 2, most: remarkLines(draft, columns).length },
    gap: { least: 0, most: text > 0 || hasBoth ? 1 : 0 },
    file: { least: 4, most: text === 0 ? 0 : text + 1 },
  }
}

const nothing = Object.fromEntries(
  (['running', 'answers', 'question', 'changes', 'remarks', 'gap', 'file', 'problem'] as const).map((part) => [
    part,
    { least: 0, most: 0 },
  ]),
) as Readonly<Record<keyof DraftRows, { readonly least: number; readonly most: number }>>

/**
 * Shares the rows.
 * @param draft the draft
 * @param root absolute path of the project
 * @param columns of the terminal
 * @param rows of the panel, its title included
 */
export function shareDraft(draft: DraftState, root: string, columns: number, rows: number): DraftRows {
  const wishes = wishesOf(draft, root, columns)
  const heights = shareRows(rows - 1, Object.values(wishes))
  return Object.fromEntries(Object.keys(wishes).map((part, index) => [part, heights[index]])) as unknown as DraftRows
}

/** How many rows a draft would like. */
export const draftHeight = (draft: DraftState, root: string, columns: number): number =>
  1 + Object.values(wishesOf(draft, root, columns)).reduce((sum, { most }) => sum + most, 0)

/**
 * How many lines of the file are seen on a terminal.
 * @param draft the draft
 * @param state what is true
 * @param view what is on screen
 * @param size of the terminal, whose last row stays free
 */
export function fileRoom(draft: DraftState, state: State, view: ViewState, { columns, rows }: Size): number {
  const screen = { columns, rows: rows - 1 }
  const room = bodyRoom(screen.rows, footerOf(state, view, screen, 0), draftHeight(draft, state.root, columns))
  return Math.max(1, shareDraft(draft, state.root, columns, room.rows).file - 1)
}

/**
 * The line of the cursor.
 * @param lines the changes, or the answers
 * @param chosen the one that the user moved to, or null
 */
export const chosenIndex = (lines: readonly string[], chosen: string | null): number =>
  Math.max(0, lines.indexOf(chosen ?? ''))
