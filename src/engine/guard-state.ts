/** What is known while code of the project runs. One for each opened project. */
import type { Observer } from '../dialect/dialect.ts'

/** A piece of the project's code that runs. */
export interface Runner {
  /** What it is called in events: `models`, a step's name, `migration 02-clean.js`. */
  readonly by: string
  /** What happened while it ran, as it follows "while": `step "seed users" ran`. */
  readonly doing: string
}

/** State of the guard of one project. Only `dev-guard.ts` changes it. */
export interface GuardState {
  /** How many hold dev open for comparing. */
  holders: number
  observer: Promise<Observer> | null
  /** What runs now. It is asked for its name when dev changed: by then more is known. */
  readonly running: Set<() => Runner>
  /** What ran last. Code may go on after the call that started it. */
  last: () => Runner
  /** When the first of those that run began, in milliseconds since 1970. */
  since: number
  /** Whether dev was copied by who opened the project. */
  readonly isCopied: boolean
  /** While devdb changes dev, which it has copied then. `isFirst`: that copy is the one from before code first ran. */
  change: { isFirst: boolean } | null
  /** The look that is under way. One follows the other. */
  looking: Promise<void>
}

/** Nothing runs yet. */
export const createGuardState = (): GuardState => ({
  holders: 0,
  observer: null,
  running: new Set(),
  last: () => ({ by: 'project', doing: 'code of the project ran' }),
  since: Date.now(),
  isCopied: false,
  change: null,
  looking: Promise.resolve(),
})
