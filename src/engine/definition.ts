/** What models are, as far as a build needs to know. */
import type { Target } from '../database/target.ts'
import type { SharedTable } from '../model/settle-tables.ts'
import type { Annotations } from '../schema/annotate.ts'
import type { Contents } from './layer-plan.ts'

/** Models that the build's child has defined. */
export interface Definition {
  readonly annotations: Annotations
  /** The layer that their tables are; null where it has no name. */
  readonly key: string | null
  /** What the layer was made of, besides the statements that its key stands for. */
  readonly files: Contents
  /** What the migrations made, where the throwaway is built from them. */
  readonly replayed: Target | null
}

/** Models that a build has loaded. */
export interface LoadedModels {
  /** The model files, in order. */
  readonly files: readonly string[]
  /** All files that they were loaded from. */
  readonly loaded: readonly string[]
  readonly definition: Definition
  readonly shared: readonly SharedTable[]
}

/** Models that are known. */
export interface KnownModels extends LoadedModels {
  /** What was in the files that they were loaded from. */
  readonly contents: Contents
}
