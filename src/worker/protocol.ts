/** What devdb and its child processes say to each other. */

import type { Loader } from '../config/config.ts'
import type { Problem } from '../error.ts'
import type { EventFields, EventKind } from '../event/event.ts'
import type { BuildSchema } from './operation/build-schema.ts'
import type { CreateTables } from './operation/create-tables.ts'
import type { DefineModels } from './operation/define-models.ts'
import type { LoadConfig } from './operation/load-config.ts'
import type { ReadCliSettings } from './operation/read-cli-settings.ts'
import type { RehearseMigrations } from './operation/rehearse-migrations.ts'
import type { RunMigrations } from './operation/run-migrations.ts'
import type { RunSeedModule } from './operation/run-seed-module.ts'
import type { RunSeedScript } from './operation/run-seed-script.ts'
import type { TryDraft } from './operation/try-draft.ts'
import type { WarmUp } from './operation/warm-up.ts'

/** All of them; the only contract between the processes. */
export interface Operations {
  readonly 'build-schema': BuildSchema
  readonly 'create-tables': CreateTables
  readonly 'define-models': DefineModels
  readonly 'load-config': LoadConfig
  readonly 'read-cli-settings': ReadCliSettings
  readonly 'rehearse-migrations': RehearseMigrations
  readonly 'run-migrations': RunMigrations
  readonly 'run-seed-module': RunSeedModule
  readonly 'run-seed-script': RunSeedScript
  readonly 'try-draft': TryDraft
  readonly 'warm-up': WarmUp
}

export type OperationName = keyof Operations

/** To the child: what it is to do next. */
export interface WorkRequest {
  readonly operation: OperationName
  readonly input: unknown
  /** The user's project. */
  readonly root: string
  /** How long it may take before it is asked where it hangs, in milliseconds; null for no limit. Counted from its beginning. */
  readonly timeoutMs: number | null
  /** What reads the project's TypeScript. */
  readonly loader: Loader
  /** Whether the child ends with it. */
  readonly isLast: boolean
  /** Files that the child looks at from outside whenever it reports of a migration. */
  readonly watched: readonly string[]
}

/** From the child. */
export type WorkMessage =
  | { readonly type: 'begun' }
  | {
      readonly type: 'event'
      readonly kind: EventKind
      readonly fields: EventFields[EventKind]
      /** What the watched files looked like at that moment. */
      readonly stamp?: string
    }
  | { readonly type: 'note'; readonly note: unknown; readonly stamp?: string }
  | { readonly type: 'done'; readonly result: unknown }
  | { readonly type: 'failed'; readonly problem: Problem }
