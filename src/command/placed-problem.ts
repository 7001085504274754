/** What a command ends with, when something was thrown. */
import { type Problem, toProblem } from '../error.ts'

/** The configuration is the one piece of user code that runs in this process. */
export async function placedProblem(error: unknown): Promise<Problem> {
  const problem = toProblem(error)
  return problem.code === 'config-failed' ? (await import('../worker/place-of.ts')).placeOf(error, problem) : problem
}
