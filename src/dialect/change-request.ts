/** How a change of dev is asked for, and what comes of it: the part of a dialect's contract that keeps dev from being lost. */
import type { Target } from '../database/target.ts'

/** What happened on the working copy, and which copy is to become the dev database. */
export interface WorkResult<Outcome> {
  readonly outcome: Outcome
  /** The copy to enter, or null when nothing is to change. */
  readonly enter: Target | null
}

/**
 * What a snapshot was when it was made, so that nothing else can pass for it. For the dialect alone to read; plain JSON, since it is kept in
 * the snapshot's record.
 */
export interface Seal {
  readonly bytes: number
  /** A checksum of all that it holds. */
  readonly sum: string
  /** Who may read and write the database that it was taken of, as the dialect writes it down; null where nothing is known. */
  readonly access: number | null
}

/** A change of the dev database that is atomic: the work runs on a copy, and the copy enters the live database as one transaction. */
export interface ChangeRequest<Outcome> {
  readonly dev: Target
  /** A folder that holds nothing but the copies of this change; removed afterwards. */
  readonly folder: string
  /** The working copy, inside `folder`. */
  readonly copy: Target
  /** Where files of a dead database go that are in the way of a new one. */
  readonly aside: string
  /** Starts from an empty database, made like dev, instead of a copy of dev. */
  readonly fromEmpty?: boolean
  /**
   * Starts from a copy of this database, which nobody has open, instead of a copy of dev. Then what is written to dev meanwhile is replaced, too,
   * and another snapshot is made under the lock instead of the change being repeated.
   */
  readonly startFrom?: Target
  /** Of `startFrom`. */
  readonly seal?: Seal | null
  /** Where a copy of what entered is kept, to find out later what was written since; left out where there is no room. */
  readonly entered?: Target
  /** How long other connections are waited for, in milliseconds. */
  readonly waitMs: number
  /** Whether `work` runs code of the project's. Such code might reach dev itself, so it is not run again after that. */
  readonly runsCode?: boolean
  /** Migrates the copy. Called again with a fresh copy when someone wrote to dev meanwhile. */
  work(copy: Target): Promise<WorkResult<Outcome>>
  /** Where the next copy of dev as it is before the change goes: another place each time. */
  newSnapshot(): Target
  /** Called when the newest snapshot is whole: before `work` runs, and under the lock where one is made there. `bytes`: its size. */
  noteSnapshot(bytes: number): Promise<void>
  /** Called when the newest snapshot is certain to stay: right before the copy enters dev, or when dev is not what it was without that. */
  keepSnapshot(): Promise<void>
  /** Called when nothing entered, and dev holds all that the newest snapshot holds. The caller removes it. */
  dropSnapshot(): Promise<void>
  /** Called when nothing entered, and dev is not what it was: somebody else changed it. The newest snapshot stays. */
  leaveSnapshot(): Promise<void>
  /** Called right before the copy enters dev, or is put where no dev was; with `entered` in place. Whoever is killed later does not know whether it did. */
  onEnter?(): Promise<void>
  /** Files of a dead database were in the way, and are there now. */
  onMoved?(files: readonly string[]): void
  onRetry(attempt: number, reason: string): void
}

/** How a change ended. */
export interface ChangeResult<Outcome> {
  readonly outcome: Outcome
  /** Whether dev was changed. */
  readonly changed: boolean
  /** Whether dev as it was before was kept: there was something to keep, and it was changed. */
  readonly kept: boolean
}
