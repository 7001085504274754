/** One opened project: its configuration with all that the jobs need to work on it. */

import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { dialectOf } from '../dialect/find-dialect.ts'
import type { Store } from '../event/store.ts'
import type { Schema } from '../schema/schema.ts'
import { type LayerCache, openLayers } from '../seed/layer-cache.ts'
import { openSnapshots, type SnapshotFolder } from '../snapshot/snapshot.ts'
import { createPool, type Pool } from '../worker/pool.ts'
import type { KnownModels } from './definition.ts'
import { createGuardState, type GuardState } from './guard-state.ts'
import { type Keep, openKeep } from './kept-json.ts'
import { removeLeftovers } from './leftovers.ts'
import { claimFolder } from './own-folder.ts'
import { openTimings, type Timings } from './timings.ts'

/** How many layers of builds are kept, and how large they may be together, in bytes. */
const layerLimits = { count: 60, bytes: 512 * 1024 * 1024 } as const

/** The tables that a layer holds. */
export interface KnownSchema {
  readonly tables: number
  readonly schema: Schema
}

export interface Project {
  readonly config: Config
  readonly dialect: Dialect
  readonly store: Store
  readonly snapshots: SnapshotFolder
  readonly timings: Timings
  /** Keeps facts in `.devdb`. */
  readonly keep: Keep
  /** The databases of earlier builds. */
  readonly layers: LayerCache
  /** What the tables of the last builds were, by the key of their layer. */
  readonly schemas: Map<string, KnownSchema>
  /** What the models of the last builds were, by the files that they were loaded from; the newest last. */
  readonly models: KnownModels[]
  /** The child that the next build takes. */
  readonly pool: Pool
  /** What of the project's code runs now. */
  readonly guard: GuardState
  /** What was typed, for those who wait. */
  readonly command: string
  /** How long a job waits for another devdb, in milliseconds. */
  readonly lockWaitMs: number
}

/**
 * Opens a project. devdb's folder is made, and ignores itself for git.
 * @param config its configuration
 * @param store where its events go
 * @param command what was typed
 * @param lockWaitMs how long a job waits for another devdb, in milliseconds
 */
export function openProject(config: Config, store: Store, command: string, lockWaitMs: number): Project {
  claimFolder(config.folder)
  removeLeftovers(config.folder)
  return lookAtProject(config, store, command, lockWaitMs)
}

/** Opens a project for reading alone: nothing is written, so that it can be done where nothing can be. Parameters as for `openProject`. */
export function lookAtProject(config: Config, store: Store, command: string, lockWaitMs: number): Project {
  const dialect = dialectOf(config.dev, config.root)
  const keep = openKeep((problem) => store.emit('warning-raised', { problem }))
  return {
    config,
    dialect,
    store,
    keep,
    snapshots: openSnapshots(dialect, join(config.folder, 'snapshots'), {
      keep: config.keepSnapshots,
      maxBytes: config.maxSnapshotBytes,
    }),
    timings: openTimings(config.folder, keep),
    layers: openLayers(dialect, join(config.folder, 'layers'), layerLimits),
    schemas: new Map(),
    models: [],
    pool: createPool(),
    guard: createGuardState(),
    command,
    lockWaitMs,
  }
}
