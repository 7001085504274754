/** How a command ends: one JSON document on stdout, or a Problem on stderr, and the exit code. */
import { allTouches } from '../engine/touches.ts'
import { exitCodeOf, type Problem } from '../error.ts'
import { redact } from '../event/redact.ts'
import { formatProblem } from '../report/format-problem.ts'
import type { Change } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import { printDocument, printError } from './print.ts'

/** The documented form of a Problem: every key is there, absent values are null. */
export function problemDocument({ code, message, hint, file, line, migration, statement, details }: Problem) {
  return {
    code,
    message,
    hint: hint ?? null,
    file: file ?? null,
    line: line ?? null,
    migration: migration ?? null,
    statement: statement ?? null,
    details: details ?? [],
  }
}

let isPrinted = false

/** Whether the one document of `--json` was printed. */
export const isDocumentPrinted = (): boolean => isPrinted

/**
 * Prints the one document of `--json`. Where code of the project reached dev, that is its Problem, if nothing else went wrong.
 * @param result what the command gives; null when it came to nothing
 * @param problem what went wrong, or null
 * @returns the exit code
 */
export function printJson(result: Readonly<Record<string, unknown>> | null, problem: Problem | null): number {
  const touches = allTouches()
  const ended = problem ?? touches.find(({ isCertain }) => isCertain)?.problem ?? null
  const warnings = touches.flatMap((touch) => (touch.problem === ended ? [] : [problemDocument(touch.problem)]))
  const document = {
    ...result,
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(ended === null ? {} : { problem: problemDocument(ended) }),
  }
  isPrinted = true
  printDocument(`${JSON.stringify(redact(document), null, 2)}\n`)
  return ended === null ? 0 : exitCodeOf(ended)
}

/**
 * Prints a Problem that no reporter has shown.
 * @returns the exit code
 */
export function printProblem(problem: Problem): number {
  printError(`${formatProblem(redact(problem), root()).join('\n')}\n`)
  return exitCodeOf(problem)
}

/** Paths are shown from here. */
function root(): string {
  try {
    return process.cwd()
  } catch {
    return '/'
  }
}

/**
 * Ends a command whose Problem, if any, the reporter has shown to people already.
 * @returns the exit code
 */
export function endWith(isJson: boolean, result: Readonly<Record<string, unknown>>, problem: Problem | null): number {
  if (isJson) return printJson(result, problem)
  return problem === null ? 0 : exitCodeOf(problem)
}

/** The documented form of changes: each with the line that describes it. */
export const changeDocuments = (changes: readonly Change[]): readonly (Change & { readonly text: string })[] =>
  changes.map((change) => ({ ...change, text: describeChange(change) }))
