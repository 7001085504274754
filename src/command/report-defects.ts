/** How a command ends with an error that nobody caught: as with any other Problem, and never with a stack of Node's. */
import { toProblem } from '../error.ts'
import { takeDefects } from '../process/defects.ts'
import { asksJson } from './asks-json.ts'
import { isDocumentPrinted, printJson, printProblem } from './print-result.ts'

/**
 * Reports errors that nobody caught.
 * @param words the command line, without the program's name
 */
export function reportDefects(words: readonly string[]): void {
  takeDefects((error) => {
    const problem = toProblem(error)
    // What was printed is what the command came to: its clearing up does not make a failure of it.
    if (isDocumentPrinted() || process.exitCode !== undefined) {
      printProblem(problem)
      return
    }
    process.exit(asksJson(words) ? printJson(null, problem) : printProblem(problem))
  })
}
