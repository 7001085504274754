/** What is there to scroll in the views that are longer than the screen: which lines do the log and the help have? Pure. */

import type { Problem } from '../error.ts'
import { formatClock } from '../event/format-duration.ts'
import type { State } from '../event/state.ts'
import { type ProblemLine, problemLines } from '../report/format-problem.ts'
import { toPlainLine } from '../report/plain-line.ts'
import { shortText } from '../report/short-path.ts'
import { draftKeys, driftKeys, keys } from './keys.ts'
import { wrapText } from './layout.ts'
import { openProblems } from './open-problems.ts'
import { symbols } from './theme.ts'

/** The size of a terminal, in character cells. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** How far text is indented, in columns. */
export const margin = 3

/** How wide the clock of the log is, and the terms of the help, in columns. */
export const clockWidth = 10
export const termWidth = 7

/** How many rows the log and the help have: all but header, gaps, title and keys. */
export const viewRows = ({ rows }: Size): number => Math.max(1, rows - 6)

/** One line of the log view: an event's, or a Problem's. */
export type LogLine = { readonly clock: string; readonly text: string } | { readonly problem: ProblemLine }

/**
 * All lines of the log view: the events, then every open problem in full.
 * @param state what is true
 * @param columns of the terminal
 */
export function logLines(state: State, columns: number): readonly LogLine[] {
  const events = state.log.flatMap(({ at, text }) =>
    wrapText(toPlainLine(shortText(text, state.root)), columns - clockWidth - 1).map((line, index) => ({
      clock: index === 0 ? formatClock(at) : '',
      text: line,
    })),
  )
  const problems = openProblems(state, null).flatMap(({ problem }) => [
    { clock: '', text: '' },
    ...wrappedProblem(problem, state.root, columns).map((line) => ({ problem: line })),
  ])
  return [...events, ...problems]
}

/** The lines of a Problem, broken to the width of the screen; source code is cut instead. */
export function wrappedProblem(problem: Problem, root: string, columns: number): readonly ProblemLine[] {
  const width = Math.max(10, columns - margin - 1)
  return problemLines(problem, root).flatMap((line) =>
    line.part === 'frame' || line.part === 'fault'
      ? [line]
      : wrapText(line.text, width).map((text) => ({ ...line, text })),
  )
}

/** A key or symbol, and what it means; the lines after the first have no term. */
export type HelpLine = readonly [term: string, text: string]

const legend: readonly HelpLine[] = [
  [symbols.applied, 'applied'],
  [symbols.pending, 'pending; out of order: a later one is applied already'],
  [
    `${symbols.done} ${symbols.differs} ${symbols.failed}`,
    'out of order: in name order the same, another schema, or a failure',
  ],
  [symbols.missing, 'missing: applied, but its file is gone'],
  [`${symbols.done} ${symbols.failed} ${symbols.waiting}`, 'done, failed, waiting or skipped'],
  [`up ${symbols.found}`, 'works, but loses or leaves something, as the lines below its migration say; down the same'],
]

/**
 * All lines of the help.
 * @param columns of the terminal
 */
export function helpLines(columns: number): readonly HelpLine[] {
  const terms: readonly HelpLine[] = [
    ...keys.map(({ shown, description }): HelpLine => [shown, description]),
    ['', ''],
    ...legend,
    ['', ''],
    ['', 'while a migration is drafted:'],
    ...draftKeys.map(({ shown, description }): HelpLine => [shown, description]),
    ['', ''],
    ['', 'while drift is settled:'],
    ...driftKeys.map(({ shown, description }): HelpLine => [shown, description]),
  ]
  return terms.flatMap(([term, text]) =>
    wrapText(text, columns - termWidth - 1).map((line, index): HelpLine => [index === 0 ? term : '', line]),
  )
}
