/** How is a Problem laid out for people? Pure lines; the screen, the plain reporter and the commands draw the same ones. */
import type { Problem } from '../error.ts'
import { toPlainLine } from './plain-line.ts'
import { shortPath } from './short-path.ts'

/** One line of a Problem, and what it is. `fault`: the source line at fault inside the code frame. */
export interface ProblemLine {
  readonly part: 'message' | 'place' | 'frame' | 'fault' | 'statement' | 'detail' | 'hint'
  readonly text: string
}

/**
 * Lays a Problem out: message, place, code frame, statement, details, hint.
 * @param problem the Problem
 * @param root absolute path of the project; files inside it are shown relative to it
 */
export function problemLines(problem: Problem, root = ''): readonly ProblemLine[] {
  return [
    ...linesOf('message', problem.message),
    ...linesOf('place', placeOf(problem, root)),
    ...frameLines(problem),
    ...linesOf('statement', problem.statement === undefined ? '' : `SQL: ${problem.statement.trim()}`),
    ...newDetails(problem).flatMap((detail) => linesOf('detail', detail)),
    ...linesOf('hint', problem.hint === undefined ? '' : `→ ${problem.hint}`),
  ]
}

/**
 * A Problem as plain text, one string per line.
 * @param problem the Problem
 * @param root absolute path of the project; files inside it are shown relative to it
 */
export function formatProblem(problem: Problem, root = ''): readonly string[] {
  return problemLines(problem, root).map(({ part, text }) => (part === 'message' ? text : `  ${text}`))
}

/** The one fault of a list stands in the message already. */
const newDetails = ({ message, details = [] }: Problem): readonly string[] =>
  details.length === 1 && message.includes(details[0]!) ? [] : details

function placeOf({ file, line, column, migration }: Problem, root: string): string {
  if (file === undefined) return migration === undefined ? '' : `migration ${migration}`
  const position = [line, column].filter((number) => number !== undefined).join(':')
  return position === '' ? shortPath(file, root) : `${shortPath(file, root)}:${position}`
}

const frameLines = ({ frame }: Problem): readonly ProblemLine[] =>
  linesOf('frame', frame ?? '').map((line) => (/^\s*>/.test(line.text) ? { ...line, part: 'fault' } : line))

const linesOf = (part: ProblemLine['part'], text: string): readonly ProblemLine[] =>
  text.trim() === ''
    ? []
    : text
        .replace(/^\n+|\s+$/g, '')
        .split('\n')
        .map((line) => ({ part, text: toPlainLine(line) }))
