/** What does devdb print where there is no terminal? One stamped line for each event, and a block for each Problem. */
import type { Problem } from '../error.ts'
import { describeEvent, describeProblem } from '../event/describe-event.ts'
import type { Event } from '../event/event.ts'
import { formatClock } from '../event/format-duration.ts'
import { rowLines } from '../event/row-loss.ts'
import type { Reader } from '../event/store.ts'
import { formatProblem } from './format-problem.ts'
import { toPlainLine } from './plain-line.ts'
import { shortText } from './short-path.ts'

/** Where the lines go, and how many of them. */
export interface PlainReporterOptions {
  /** Takes one line of text, with its line feed. */
  readonly write: (text: string) => void
  /** Print each SQL statement too. */
  readonly verbose?: boolean
}

const indent = ' '.repeat('HH:MM:SS '.length)

/** Makes the reader behind `--reporter plain`, which one-shot commands use too. */
export function createPlainReporter({ write, verbose = false }: PlainReporterOptions): Reader {
  let printed: string | null = null
  return (event, state) => {
    if (event.kind === 'statement-run' && !verbose) return
    if (event.kind === 'build-started' || event.kind === 'change-started') printed = null
    const problem = problemOf(event)
    const key = JSON.stringify(problem)
    const lines = problem === null ? [] : key === printed ? [problem.message] : formatProblem(problem, state.root)
    if (problem !== null) printed = key
    for (const line of stamped(event, problem, lines, state.root)) write(`${line}\n`)
  }
}

/** A step that fails makes its build fail with the same Problem: the second time its message is enough. */
function stamped(event: Event, problem: Problem | null, lines: readonly string[], root: string): readonly string[] {
  const heading = event.kind === 'session-started' ? describeEvent(event) : shortText(headingOf(event, problem), root)
  const details = rowLines(event).map(toPlainLine)
  const [first, ...rest] = heading === '' ? lines : [heading, ...details, ...lines]
  if (first === undefined) return []
  return [`${formatClock(event.at)} ${toPlainLine(first)}`, ...rest.map((line) => `${indent}${line}`)]
}

/** The event's line without the Problem at its end, which follows as a block. */
function headingOf(event: Event, problem: Problem | null): string {
  const line = describeEvent(event)
  const tail = problem === null ? '' : describeProblem(problem)
  return (line.endsWith(tail) ? line.slice(0, line.length - tail.length) : line).replace(/:?\s+$/, '')
}

const problemOf = (event: Event): Problem | null => ('problem' in event ? event.problem : null)
