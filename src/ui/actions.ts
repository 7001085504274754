/** What can the screen ask the daemon to do? Nothing waits for an answer: what comes of it arrives as events. */

/** The verbs behind the keys. */
export interface Actions {
  /** @param target '+1', 'head' or a migration's name, which is applied too */
  upgrade(target: string): void
  /** @param target '-1', 'base' or a migration's name: everything after it is reverted, it stays */
  downgrade(target: string): void
  /** Builds the throwaway database anew, now. */
  reset(): void
  /** Ends the watch; a running change of the dev database is finished first. */
  quit(): void
  /** Ends even a running change; dev stays as it was. */
  stop(): void
}

/** One wish of the user, as plain data. */
export type Request =
  | { readonly kind: 'upgrade' | 'downgrade'; readonly target: string }
  | { readonly kind: 'reset' | 'quit' | 'stop' }

/** Hands a wish to the daemon. */
export function perform(request: Request, actions: Actions): void {
  if ('target' in request) actions[request.kind](request.target)
  else actions[request.kind]()
}
