/** The events of what is tried on a copy of dev: rehearsals, and going back with the code that was applied. */
import type { Problem } from '../error.ts'
import type { RehearsedMigration } from './rehearsal.ts'
import type { RowReport } from './row-loss.ts'

/** Stored code that is shown before it runs. `id`: by its whole content. `first`: its first lines; `more`: how many follow. */
export interface ShownCode {
  readonly name: string
  readonly id: string
  readonly first: readonly string[]
  readonly more: number
}

/** Their fields; durations are in milliseconds, sizes in bytes. */
export interface TrialFields {
  /**
   * What a re-apply or a roll-back would do, tried on a copy. `lost`: what the rows would lose, a line each. `problem`: why it does not run.
   * `snapshot`: the newest one of before, where going back by code fails or loses something.
   */
  'step-back-prepared': {
    readonly verb: 'reapply' | 'roll-back'
    readonly names: readonly string[]
    readonly lost: readonly string[]
    readonly problem: Problem | null
    readonly snapshot: string | null
  }
  /** A re-apply or a roll-back would run code that this project's devdb did not store. It waits for somebody who agrees. */
  'stored-code-shown': { readonly verb: 'reapply' | 'roll-back'; readonly code: readonly ShownCode[] }
  /** Somebody agreed. */
  'stored-code-agreed': { readonly verb: 'reapply' | 'roll-back'; readonly ids: readonly string[] }
  'step-back-refused': { readonly problem: Problem }
  'step-back-started': { readonly verb: 'reapply' | 'roll-back'; readonly names: readonly string[] }
  'step-back-finished': {
    readonly verb: 'reapply' | 'roll-back'
    readonly names: readonly string[]
    readonly saved: string | null
    readonly rows: RowReport
    readonly ms: number
  }
  'step-back-failed': { readonly verb: 'reapply' | 'roll-back'; readonly problem: Problem }

  /** Pending migrations are being tried on a copy of dev. */
  'rehearsal-started': { readonly migrations: readonly string[] }
  'migration-rehearsed': { readonly rehearsed: RehearsedMigration }
  'rehearsal-finished': { readonly ms: number }
  'rehearsal-failed': { readonly problem: Problem }
  /** Rows of dev were written since: the result is older than they are. */
  'rehearsal-outdated': Readonly<Record<string, never>>
  /** Dev is larger than what is copied unasked. */
  'rehearsal-waiting': { readonly bytes: number }
}
