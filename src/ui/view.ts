/** What does the screen remember besides State? */
import type { Problem } from '../error.ts'
import type { Request } from './actions.ts'

/** A question that waits for y or n. */
export interface Confirmation {
  /** What `Actions.downgrade` gets. */
  readonly target: string
  /** What will be reverted, in that order. */
  readonly names: readonly string[]
}

/** An upgrade that is not done unasked. */
export interface UpgradeQuestion {
  /** What `Actions.upgrade` gets. */
  readonly target: string
  /** What will be applied, in that order. */
  readonly names: readonly string[]
  /** Why it is asked, a line each. */
  readonly risks: readonly string[]
}

/** A line that is being typed. */
export interface Typing {
  readonly text: string
  /** Where the next character goes, in characters from the start. */
  readonly at: number
}

/** What the draft that is shown is looked at with. */
export interface DraftView {
  /** The line of the change, or the text of the answer, that the user moved to; null: the first one. */
  readonly chosen: string | null
  /** How many lines the text of the file is scrolled down. */
  readonly scrolled: number
}

/** What becomes of one thing that differs in dev. */
export type DriftChoice = 'leave' | 'adopt' | 'take-back' | 'ignore'

/** What the drift that is shown is looked at with. */
export interface DriftView {
  /** The name of the object at the cursor; null: the first one. */
  readonly chosen: string | null
  /** By name; what is not here is left. */
  readonly choices: Readonly<Record<string, DriftChoice>>
}

/** Everything about the screen that is not State. */
export interface ViewState {
  readonly open: 'board' | 'help' | 'log' | 'drift'
  /** The migration that the user moved to; null: the cursor follows the next one to apply. */
  readonly cursor: string | null
  /** How many lines the log is scrolled up from its end, or the help down from its beginning. */
  readonly scrolled: number
  /** Of all but an upgrade and a downgrade, what would be done stands in State. */
  readonly confirmation:
    | Confirmation
    | UpgradeQuestion
    | 'undo'
    | 'reapply'
    | 'roll-back'
    | 'drift'
    | 'reset-dev'
    | null
  /** What the migration to draft does; null while nobody types it. */
  readonly typing: Typing | null
  readonly draft: DraftView
  readonly drift: DriftView
  /** Why the last key did nothing. */
  readonly notice: string | null
  /** The Problem of the dev database that the user put away. */
  readonly dismissed: Problem | null
  readonly isQuitting: boolean
}

/** A draft that nobody has looked at yet. */
export const initialDraftView: DraftView = { chosen: null, scrolled: 0 }

/** Drift that nobody has looked at yet. */
export const initialDriftView: DriftView = { chosen: null, choices: {} }

/** The view before the first key. */
export const initialView: ViewState = {
  open: 'board',
  cursor: null,
  scrolled: 0,
  confirmation: null,
  typing: null,
  draft: initialDraftView,
  drift: initialDriftView,
  notice: null,
  dismissed: null,
  isQuitting: false,
}

const goingOn: ReadonlySet<string> = new Set(['enter', ' ', 'escape', 'n', 'N', 'y', 'Y'])

/**
 * Whether a key says no more than that something was read. Enter is one of them: nobody who goes on with it means to
 * move dev to the migration at the cursor. Any other key is taken as well, unless it changes dev at once.
 * @param name of the key, see `namesOf`
 */
export const onlyGoesOn = (name: string): boolean => goingOn.has(name)

/** Whether a key says no. */
export const isNo = (name: string): boolean => name === 'n' || name === 'N' || name === 'escape' || name === 'q'

/** What a key came to. */
export interface Pressed {
  readonly view: ViewState
  readonly request: Request | null
}

/**
 * A key that asks for nothing.
 * @param view the next one
 * @param notice why nothing happens, where that is not seen
 */
export const still = (view: ViewState, notice: string | null = null): Pressed => ({
  view: { ...view, notice },
  request: null,
})
