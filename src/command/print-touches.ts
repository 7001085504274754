/** How does a command end that code of the project reached dev in? */
import { allTouches } from '../engine/touches.ts'
import { exitCodeOf } from '../error.ts'
import { redact } from '../event/redact.ts'
import { formatProblem } from '../report/format-problem.ts'
import { printError } from './print.ts'
import { foundDifferences } from './print-changes.ts'

/** Prints what reached dev, for people. */
export function printTouches(): void {
  for (const { problem, isCertain } of allTouches())
    printError(
      `${isCertain ? '' : 'warning: '}${formatProblem(redact(problem), process.cwd()).join('\n')}  [${problem.code}]\n`,
    )
}

/**
 * The exit code of a command, where that it reached dev is the worst that happened.
 * @param exitCode what it would end with otherwise
 */
export function exitCodeAfter(exitCode: number): number {
  const certain = allTouches().find(({ isCertain }) => isCertain)
  const isWorse = exitCode === 0 || exitCode === foundDifferences
  return certain !== undefined && isWorse ? exitCodeOf(certain.problem) : exitCode
}
