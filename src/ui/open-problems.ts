/** Which problems are there to mend, the most pressing one first? */
import type { Problem } from '../error.ts'
import type { State } from '../event/state.ts'
import type { ViewState } from './view.ts'

/** A Problem and what it is about. */
export interface OpenProblem {
  readonly title: string
  readonly problem: Problem
}

const nothingToDo: ReadonlySet<string> = new Set(['nothing-to-undo', 'nothing-to-step-back'])

/** Whether a key only found nothing to do: that is said in the line where it would have asked, and is nothing to mend. */
export const isNothingToDo = ({ code }: Problem): boolean => nothingToDo.has(code)

/**
 * The Problem of the dev database that is not shown in a panel.
 * @param state what is true
 * @param view what the user put away, and the question that says by itself why there is nothing to do
 */
export const dismissedNow = (
  { dev }: State,
  { dismissed, confirmation }: Pick<ViewState, 'dismissed' | 'confirmation'>,
): Problem | null =>
  typeof confirmation === 'string' && dev.problem !== null && isNothingToDo(dev.problem) ? dev.problem : dismissed

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
