/** Which problems are there to mend, the most pressing one first? */
import type { Problem } from '../error.ts'
import type { State } from '../event/state.ts'

/** A Problem and what it is about. */
export interface OpenProblem {
  readonly title: string
  readonly problem: Problem
}

/**
 * The problems that belong on screen.
 * @param state what is true
 * @param dismissed the Problem of the dev database that the user put away
 */
export function openProblems(state: State, dismissed: Problem | null): readonly OpenProblem[] {
  const { problem, throwaway, dev, models, draft } = state
  return [
    ...(problem === null ? [] : [{ title: problem.code.startsWith('config') ? 'Configuration' : 'Problem', problem }]),
    ...(draft?.phase !== 'failed' || draft.problem === null ? [] : [{ title: 'Draft', problem: draft.problem }]),
    ...(dev.problem === null || dev.problem === dismissed ? [] : [{ title: 'Dev database', problem: dev.problem }]),
    ...(models.problem === null ? [] : [{ title: 'Migrations', problem: models.problem }]),
    ...(throwaway.problem === null ? [] : [{ title: 'Build failed', problem: throwaway.problem }]),
  ]
}
