/** What happened: the one stream that the screen, the plain and NDJSON reporters and the log all read. This is the wire format. */
import type { Problem } from '../error.ts'
import type { TableRows } from './describe-reset.ts'
import type { DraftFields } from './draft-fields.ts'
import type { DriftFields } from './drift-fields.ts'
import type { HookFields } from './hook-fields.ts'
import type { RowReport } from './row-loss.ts'
import type { TrialFields } from './trial-fields.ts'

/** Up or down: the direction of a change of the dev database. */
export type Direction = 'upgrade' | 'downgrade'

/** The state of one migration against the dev database. `missing`: applied, but its file is gone. */
export interface MigrationStatus {
  readonly name: string
  readonly state: 'applied' | 'pending' | 'missing'
  /** Pending although a migration with a later name is applied already. */
  readonly outOfOrder: boolean
  /** Applied, and its code is another by now; `cosmetic`: only comments, white space or types are. */
  readonly edited: 'real' | 'cosmetic' | null
  /** Whether its code as it was applied is kept. */
  readonly stored: boolean
  /** What git had checked out when devdb applied it; null where that is not known. */
  readonly branch: string | null
}

/** The dev database's position, as `status` prints it. */
export interface Board {
  readonly url: string
  readonly exists: boolean
  /** Applied ones in order of application, then pending ones in order of name. */
  readonly migrations: readonly MigrationStatus[]
}

/** Migrations that a roll-back or a restore took away, and that are pending again: an undo of it brings them back with their rows. */
export interface Reversal {
  readonly verb: 'roll-back' | 'restore'
  readonly names: readonly string[]
}

/** How the rows of one table differ between two moments. `changed`: the same key, other values. */
export interface RowDifference {
  readonly table: string
  readonly added: number
  readonly changed: number
  readonly removed: number
}

/** How two moments of a database differ. */
export interface ContentDifference {
  /** Tables that differ, by name. */
  readonly tables: readonly RowDifference[]
  /** Whether tables, indexes, triggers and views are the same. */
  readonly isSchemaSame: boolean
}

/** The fields of each kind of event. Kinds are in the past tense; durations are in milliseconds, sizes in bytes. */
export interface EventFields extends DraftFields, DriftFields, HookFields, TrialFields {
  /** A watch or one-shot command began. */
  'session-started': { readonly version: string; readonly command: string; readonly root: string; readonly pid: number }
  /** The configuration was loaded (again). */
  'config-loaded': {
    readonly project: string
    readonly file: string
    readonly throwaway: string
    readonly dev: string
    readonly steps: readonly string[]
  }
  'config-failed': { readonly problem: Problem }
  /** The set of watched files changed. */
  'watching-changed': { readonly files: number }
  /** Another branch is checked out, or another commit of none: the beginning of its name then. Null: not known. */
  'branch-switched': { readonly from: string | null; readonly to: string | null }
  /** Someone saved; paths are relative to the project. */
  'files-changed': { readonly files: readonly string[]; readonly affects: readonly ('config' | 'build' | 'board')[] }

  /** What an earlier run left behind; the first thing a new session knows. */
  'throwaway-found': {
    readonly state: 'ready' | 'stale' | 'failed' | 'absent'
    readonly builtAt: number | null
    readonly tables: number | null
    readonly ms: number | null
  }
  'build-started': { readonly reason: string; readonly estimateMs: number | null; readonly steps: readonly string[] }
  'schema-started': { readonly estimateMs: number | null }
  'schema-built': { readonly tables: number; readonly ms: number; readonly cached: boolean }
  /** A line printed by model code. */
  'output-captured': { readonly source: string; readonly line: string }
  'step-started': { readonly step: string; readonly estimateMs: number | null }
  'step-output': { readonly step: string; readonly line: string }
  'step-finished': { readonly step: string; readonly ms: number; readonly cached: boolean }
  'step-failed': { readonly step: string; readonly ms: number; readonly problem: Problem }
  'step-skipped': { readonly step: string }
  /** `unchanged`: nothing had to be built, and nothing was. */
  'build-finished': {
    readonly url: string
    readonly tables: number
    readonly ms: number
    readonly unchanged: boolean
  }
  'build-failed': { readonly problem: Problem; readonly ms: number; readonly stale: boolean }
  'build-cancelled': { readonly ms: number }

  /** What the models need that no migration gives: one line for each change that is not accepted. */
  'models-compared': {
    readonly changes: readonly string[]
    readonly accepted: number
    readonly stale: readonly string[]
    readonly ms: number
  }
  'models-compare-failed': { readonly problem: Problem }
  /** The throwaway was built from the migrations, so that nobody can tell what the models need: what it holds instead. */
  'throwaway-listed': { readonly tables: readonly TableRows[] }

  /** The dev database changed while code of the project ran. `by`: what ran: `models`, a step's name, `migration 02-clean.js`. */
  'dev-touched': {
    readonly by: string
    readonly snapshot: string | null
    /** Whether no other process has dev open that may have been the writer. */
    readonly isCertain: boolean
    readonly problem: Problem
  }
  /** Files of a database that is gone were in the way of a new one: where they are now. */
  'leftovers-moved': { readonly url: string; readonly files: readonly string[] }
  'board-read': { readonly board: Board; readonly reversal: Reversal | null }
  'board-failed': { readonly problem: Problem }
  'snapshot-saved': {
    readonly id: string
    readonly name: string | null
    readonly reason: string
    readonly bytes: number
  }
  'snapshot-deleted': { readonly id: string; readonly name: string | null }
  /** A snapshot could not be saved or deleted. */
  'snapshot-failed': { readonly problem: Problem }
  /**
   * What an undo would take back, for who is asked. `at`: when that change began. `snapshot`: what dev would become. `since`: what was written
   * after that change and would be discarded, too; null where it is not known.
   */
  'undo-prepared': {
    readonly change: string
    readonly what: string
    readonly at: number
    readonly snapshot: string
    readonly since: ContentDifference | null
  }
  'undo-refused': { readonly problem: Problem }
  /** `undo`: what is taken back, or null where a snapshot was asked for. */
  'restore-started': {
    readonly url: string
    readonly snapshot: string
    readonly name: string | null
    readonly undo: string | null
  }
  'restore-finished': {
    readonly url: string
    readonly snapshot: string
    readonly name: string | null
    readonly undo: string | null
    readonly saved: string | null
    readonly rows: RowReport
    readonly ms: number
  }
  'restore-failed': { readonly undo: string | null; readonly problem: Problem }
  'change-started': { readonly direction: Direction; readonly names: readonly string[] }
  'migration-started': { readonly migration: string; readonly direction: Direction; readonly estimateMs: number | null }
  /** A statement that was sent to the dev database (or to the working copy that becomes it). */
  'statement-run': {
    readonly database: string
    readonly sql: string
    readonly ms: number
    readonly error: string | null
  }
  'migration-finished': { readonly migration: string; readonly direction: Direction; readonly ms: number }
  'migration-failed': {
    readonly migration: string
    readonly direction: Direction
    readonly ms: number
    readonly problem: Problem
  }
  /**
   * The process of a change of dev was killed; what became of it was found out now. `began`: when it did, in milliseconds since 1970. `isIn`: dev is as it was to be, and
   * otherwise as it was. `snapshot`: dev as it was before a change that is in; null where there was none.
   */
  'change-settled': {
    readonly what: string
    readonly began: number
    readonly url: string
    readonly isIn: boolean
    readonly snapshot: string | null
  }
  /** Another connection wrote meanwhile (or held the lock), so the change is made again on a fresh copy. */
  'change-retried': { readonly attempt: number; readonly reason: string }
  /** `rows`: what the change did to them. */
  'change-finished': {
    readonly direction: Direction
    readonly names: readonly string[]
    readonly saved: string | null
    readonly rows: RowReport
    readonly ms: number
  }
  /** `names`, `rows`: of the migrations before the one that failed, which are in dev. */
  'change-failed': {
    readonly direction: Direction
    readonly names: readonly string[]
    readonly saved: string | null
    readonly rows: RowReport
    readonly problem: Problem
  }
  /** Somebody wants to know what recreating dev would lose. */
  'reset-asked': Readonly<Record<string, never>>
  /** What recreating dev would lose: tables with rows, the fullest first; null where they cannot be counted. */
  'reset-prepared': { readonly tables: readonly TableRows[] | null }
  'reset-started': { readonly url: string }
  'reset-finished': {
    readonly url: string
    readonly names: readonly string[]
    readonly saved: string | null
    readonly ms: number
  }
  'reset-failed': { readonly problem: Problem }

  'lock-waited': { readonly holder: string }
  'problem-raised': { readonly problem: Problem }
  /** Something failed beside the work, which went on. */
  'warning-raised': { readonly problem: Problem }
  'session-ended': { readonly reason: string }
}

/** The name of one kind of event. */
export type EventKind = keyof EventFields

/** One thing that happened. `at`: milliseconds since 1970. `job`: which build or change it belongs to. */
export type Event = {
  [Kind in EventKind]: {
    readonly v: 1
    readonly at: number
    readonly job: string | null
    readonly kind: Kind
  } & EventFields[Kind]
}[EventKind]

/** An event of one kind. */
export type EventOf<Kind extends EventKind> = Extract<Event, { kind: Kind }>

/** Reports that something happened. Version and time are added by the store. */
export type Emit = <Kind extends EventKind>(kind: Kind, fields: EventFields[Kind]) => void
