/** What is true now: everything the screen shows, as plain readonly JSON. Made only by `reduce`. */
import type { Problem } from '../error.ts'
import type { TableRows } from './describe-reset.ts'
import type { ChangeChoice, DraftProof, DraftQuestion } from './draft-fields.ts'
import type { DriftLines, DriftTrial } from './drift-fields.ts'
import type { Board, Direction, EventFields, EventKind, Reversal } from './event.ts'
import type { RehearsedMigration } from './rehearsal.ts'

/** One line of the throwaway panel: the schema, or one step. */
export interface Phase {
  readonly name: string
  readonly kind: 'schema' | 'step'
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped'
  /** When it started, in milliseconds since 1970. */
  readonly startedAt: number | null
  readonly ms: number | null
  /** How long it took last time, in milliseconds. */
  readonly estimateMs: number | null
  readonly cached: boolean
  /** What it has to say in a few words: the table count, or the last line a step printed. */
  readonly summary: string | null
}

/**
 * A warning that stays until the next build that doesn't raise it. `hook`: the one that failed, until it runs again. `isHarm`: code reached dev;
 * it stays until dev is restored, for the next build may not run that code again.
 */
export interface Warning {
  readonly at: number
  readonly problem: Problem
  readonly hook?: string
  readonly isHarm?: boolean
}

/** One line of the log view. */
export interface LogLine {
  readonly at: number
  readonly kind: EventKind
  readonly text: string
}

/** The throwaway database: the verdict of the last finished build, and the build that runs now. */
export interface ThrowawayState {
  readonly url: string
  readonly state: 'absent' | 'ready' | 'stale' | 'failed'
  readonly builtAt: number | null
  readonly ms: number | null
  readonly tables: number | null
  readonly phases: readonly Phase[]
  /** Why it is stale or failed. */
  readonly problem: Problem | null
  readonly running: {
    readonly job: string | null
    readonly startedAt: number
    readonly estimateMs: number | null
  } | null
}

/** The dev database: its board, and the change that runs now. */
export interface DevState {
  readonly url: string
  readonly board: Board | null
  readonly problem: Problem | null
  /** Whether `problem` is that the board could not be read: then it goes with the next one that is. */
  readonly isUnread: boolean
  readonly running: {
    readonly direction: Direction | 'reset' | 'restore' | 'reapply' | 'roll-back' | 'drift'
    readonly names: readonly string[]
    /** The migration that runs right now. */
    readonly migration: string | null
    readonly startedAt: number
    readonly estimateMs: number | null
  } | null
  /** What an undo would take back; null until somebody asked. */
  readonly undo: EventFields['undo-prepared'] | null
  /** What a re-apply or a roll-back would do; null until somebody asked. */
  readonly stepBack: EventFields['step-back-prepared'] | null
  /** Stored code that waits for somebody who agrees to run it; null where none does. */
  readonly storedCode: EventFields['stored-code-shown'] | null
  /** What recreating dev would lose; null until somebody asked. */
  readonly reset: EventFields['reset-prepared'] | null
  /** What a roll-back or a restore took away and is pending again. */
  readonly reversal: Reversal | null
  /**
   * The last change that succeeded, for one line of feedback, until the migrations stand otherwise. `isRead`: the board was read
   * after it, so that another board is somebody else's doing.
   */
  readonly last: {
    readonly text: string
    /** What the rows went through, a line for each table. */
    readonly rows: readonly string[]
    readonly at: number
    readonly isRead: boolean
  } | null
}

/** Where dev differs from what its migrations made. */
export interface DriftState {
  /** Null: not known. */
  readonly objects: readonly DriftLines[] | null
  readonly ignored: number
  /** Ignored, but not there any more. */
  readonly stale: readonly string[]
  /** What taking back would come to; null until somebody asked. */
  readonly trial: DriftTrial | null
}

/** What the last rehearsal said. */
export interface RehearsalState {
  /** `older`: rows were written since. `waiting`: dev is large, somebody must ask for it. */
  readonly state: 'none' | 'running' | 'done' | 'older' | 'waiting' | 'failed'
  /** By the migration's name. */
  readonly results: Readonly<Record<string, RehearsedMigration>>
  readonly problem: Problem | null
}

/** A draft in the making. */
export interface DraftState {
  readonly message: string
  /** `preparing` keeps what was known before. `failed`: it could not be prepared, or its proof failed. */
  readonly phase: 'preparing' | 'asking' | 'preview' | 'proving' | 'done' | 'failed'
  /** One line for each change, and what becomes of it. */
  readonly changes: readonly { readonly line: string; readonly choice: ChangeChoice }[]
  /** What it may cost in dev as it is now. */
  readonly hazards: readonly string[]
  /** What else should be known. */
  readonly notes: readonly string[]
  /** The question that is open. */
  readonly question: DraftQuestion | null
  /** Its file, absolute. Null while it is not known, and when it was not kept. */
  readonly file: string | null
  /** The text of the file. */
  readonly text: string | null
  /** Whether its down leaves added columns in place. */
  readonly keepsColumns: boolean
  readonly proof: DraftProof | null
  readonly problem: Problem | null
}

/** What the models need that no migration gives. */
export interface ModelsState {
  /** Null: not known yet. One line for each change. */
  readonly changes: readonly string[] | null
  /** Accepted differences that are none any more. */
  readonly stale: readonly string[]
  /** Why it cannot be told. */
  readonly problem: Problem | null
  /** What the throwaway holds, where it was built from the migrations and nothing was compared; null elsewhere. */
  readonly listed: readonly TableRows[] | null
}

/** All of it. */
export interface State {
  readonly project: string
  readonly root: string
  readonly version: string
  /** What git has checked out; null where that is not known. */
  readonly branch: string | null
  readonly watching: number | null
  readonly throwaway: ThrowawayState
  readonly dev: DevState
  readonly models: ModelsState
  readonly drift: DriftState
  readonly rehearsal: RehearsalState
  /** Null: none is being made. */
  readonly draft: DraftState | null
  /** A fault that stops everything until it is mended: the configuration, mostly. */
  readonly problem: Problem | null
  readonly warnings: readonly Warning[]
  readonly log: readonly LogLine[]
  readonly ended: boolean
}

/** The state before the first event. */
export const initialState: State = {
  project: '',
  root: '',
  version: '',
  branch: null,
  watching: null,
  throwaway: {
    url: '',
    state: 'absent',
    builtAt: null,
    ms: null,
    tables: null,
    phases: [],
    problem: null,
    running: null,
  },
  dev: {
    url: '',
    board: null,
    problem: null,
    isUnread: false,
    running: null,
    undo: null,
    stepBack: null,
    storedCode: null,
    reset: null,
    reversal: null,
    last: null,
  },
  models: { changes: null, stale: [], problem: null, listed: null },
  drift: { objects: null, ignored: 0, stale: [], trial: null },
  rehearsal: { state: 'none', results: {}, problem: null },
  draft: null,
  problem: null,
  warnings: [],
  log: [],
  ended: false,
}
