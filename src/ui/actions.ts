/** What can the screen ask the daemon to do? Nothing waits for an answer: what comes of it arrives as events. */

import type { ChangeChoice } from '../event/draft-fields.ts'

/** What can be done about a draft. */
export interface DraftActions {
  /** @param message what the migration does */
  begin(message: string): void
  /** @param index of the answer to the question that is open */
  answer(index: number): void
  /** Says what becomes of a change. @param line the one that describes it */
  choose(line: string, choice: ChangeChoice): void
  /** Whether the way back leaves added columns in place. */
  keepColumns(keeps: boolean): void
  /** Writes and proves it. */
  accept(): void
  /** A draft whose proof failed stays, marked as such, or is removed. */
  keepFailed(keeps: boolean): void
  /** Puts it away. */
  cancel(): void
}

/** What becomes of what differs in dev, by name. */
export interface DriftDecision {
  readonly adopt: readonly string[]
  readonly takeBack: readonly string[]
  readonly ignore: readonly string[]
  /** The lines that were shown of what is taken back. */
  readonly shown: readonly string[]
}

/** The verbs behind the keys. */
export interface Actions {
  /** @param target '+1', 'head' or a migration's name, which is applied too */
  upgrade(target: string): void
  /** @param target '-1', 'base' or a migration's name: everything after it is reverted, it stays */
  downgrade(target: string): void
  /** Reads what an undo would take back, and tells it. */
  prepareUndo(): void
  /** @param change the one that was shown */
  undo(change: string): void
  /** Tries the pending migrations on a copy of dev, however large it is. */
  rehearse(): void
  /** Tries on a copy what going back with stored code would do, and tells it. */
  prepareStepBack(verb: 'reapply' | 'roll-back'): void
  /** Lets stored code run that was shown, by the ids of what was shown. */
  agreeToCode(verb: 'reapply' | 'roll-back', ids: readonly string[]): void
  /** @param names those that were shown */
  stepBack(verb: 'reapply' | 'roll-back', names: readonly string[]): void
  /** @param snapshot its id */
  restore(snapshot: string): void
  /** Tries on a copy what taking drift back would do, and tells it. */
  tryDrift(names: readonly string[]): void
  settleDrift(decision: DriftDecision): void
  /** Counts what recreating dev would lose, and tells it. */
  prepareReset(): void
  /** Recreates dev from its migrations; a draft in the making then goes on. */
  resetDev(): void
  /** Builds the throwaway database anew, now. */
  reset(): void
  readonly draft: DraftActions
  /** Ends the watch; a running change of the dev database is finished first. */
  quit(): void
  /** The same, with the exit code of an interrupted program. */
  interrupt(): void
  /** Ends even a running change; dev stays as it was. */
  stop(): void
}

/** One wish of the user, as plain JSON. */
export type Request =
  | { readonly kind: 'upgrade' | 'downgrade'; readonly target: string }
  | { readonly kind: 'rehearse' | 'reset' | 'quit' | 'interrupt' | 'stop' }
  | { readonly kind: 'prepare-undo' | 'prepare-reset' | 'reset-dev' }
  | { readonly kind: 'try-drift'; readonly names: readonly string[] }
  | ({ readonly kind: 'settle-drift' } & DriftDecision)
  | { readonly kind: 'prepare-step-back'; readonly verb: 'reapply' | 'roll-back' }
  | { readonly kind: 'agree-to-code'; readonly verb: 'reapply' | 'roll-back'; readonly ids: readonly string[] }
  | { readonly kind: 'step-back'; readonly verb: 'reapply' | 'roll-back'; readonly names: readonly string[] }
  | { readonly kind: 'restore'; readonly snapshot: string }
  | { readonly kind: 'undo'; readonly change: string }
  | { readonly kind: 'draft'; readonly message: string }
  | { readonly kind: 'answer'; readonly index: number }
  | { readonly kind: 'choose'; readonly line: string; readonly choice: ChangeChoice }
  | { readonly kind: 'keep-columns' | 'keep-failed'; readonly keeps: boolean }
  | { readonly kind: 'accept' | 'cancel' }
  /** Puts a draft away that is done, and then does what the same key asks for. */
  | { readonly kind: 'cancel-and'; readonly next: Request }

/** Hands a wish to the daemon. */
export function perform(request: Request, actions: Actions): void {
  const { draft } = actions
  if ('next' in request) {
    draft.cancel()
    perform(request.next, actions)
  } else if ('target' in request) actions[request.kind](request.target)
  else if ('change' in request) actions.undo(request.change)
  else if (request.kind === 'prepare-undo') actions.prepareUndo()
  else if (request.kind === 'prepare-reset') actions.prepareReset()
  else if (request.kind === 'reset-dev') actions.resetDev()
  else if (request.kind === 'try-drift') actions.tryDrift(request.names)
  else if (request.kind === 'settle-drift') {
    const { adopt, takeBack, ignore, shown } = request
    actions.settleDrift({ adopt, takeBack, ignore, shown })
  } else if (request.kind === 'prepare-step-back') actions.prepareStepBack(request.verb)
  else if (request.kind === 'agree-to-code') actions.agreeToCode(request.verb, request.ids)
  else if (request.kind === 'step-back') actions.stepBack(request.verb, request.names)
  else if (request.kind === 'restore') actions.restore(request.snapshot)
  else if ('message' in request) draft.begin(request.message)
  else if ('index' in request) draft.answer(request.index)
  else if ('choice' in request) draft.choose(request.line, request.choice)
  else if (request.kind === 'keep-columns') draft.keepColumns(request.keeps)
  else if (request.kind === 'keep-failed') draft.keepFailed(request.keeps)
  else if (request.kind === 'accept' || request.kind === 'cancel') draft[request.kind]()
  else actions[request.kind]()
}
