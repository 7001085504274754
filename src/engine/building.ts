/** What a build knows while it runs, and what it tells when it has ended. */
import { variablesFor } from '../config/config.ts'
import type { Problem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import type { SharedTable } from '../model/settle-tables.ts'
import type { Schema } from '../schema/schema.ts'
import { codeFrame } from '../worker/place-of.ts'
import type { Session } from '../worker/session.ts'
import type { LoadedModels } from './definition.ts'
import type { FileState } from './inputs.ts'
import type { Surroundings } from './layer-plan.ts'
import type { Project } from './project.ts'

/** How one step ended. */
export interface StepReport {
  readonly name: string
  readonly state: 'done' | 'failed' | 'skipped'
  readonly ms: number | null
  readonly cached: boolean
}

/** How a build ended. */
export interface BuildReport {
  readonly url: string
  readonly tables: number | null
  /** Tables that several models describe. */
  readonly shared: readonly SharedTable[]
  /** What the models say; null when they did not come to it. */
  readonly schema: Schema | null
  readonly ms: number
  readonly steps: readonly StepReport[]
  /** Null when it succeeded. */
  readonly problem: Problem | null
  readonly isCancelled: boolean
  /** Whether it gave up because files were written while they were loaded. */
  readonly isOutdated: boolean
  /** Whether there was nothing to build: the throwaway is what it would become. */
  readonly isUnchanged: boolean
  /** The files it was made of, as they were when it began: what is to be watched. */
  readonly inputs: ReadonlyMap<string, FileState>
}

/** A build that runs. */
export interface Building {
  readonly project: Project
  readonly emit: Emit
  readonly signal: AbortSignal
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number
  /** The files that the last build read, as they were when this one began, and those that are new, as they were before they were loaded. */
  readonly before: Map<string, FileState>
  /** The child that loads the models, and runs the steps that need none of their own; null once a fault has ended it. */
  session: Session | null
  /** Whether files were written while they were loaded. */
  isOutdated: boolean
  /** Resolves when that child is gone, with all that it started, and nobody looks at dev any more. */
  closing: Promise<unknown> | null
  /** The layer that the scratch database is now; null where it has no name. */
  layer: string | null
  /** Files that it read so far. */
  readonly files: Set<string>
  readonly steps: StepReport[]
  tables: number | null
  shared: readonly SharedTable[]
  schema: Schema | null
  /** The models that were loaded; null where their files alone do not tell what they are. */
  models: LoadedModels | null
}

/** What surrounds the steps of a project's builds. */
export const surroundingsOf = ({ config }: Project): Surroundings => ({
  root: config.root,
  cwd: config.cwd,
  env: variablesFor(config, config.build),
})

/** How each step ended, also those that it did not come to. */
export function stepReports({ project, steps }: Building): readonly StepReport[] {
  const skipped = project.config.steps.slice(steps.length)
  return [...steps, ...skipped.map(({ name }): StepReport => ({ name, state: 'skipped', ms: null, cached: false }))]
}

/** A Problem with the lines around its place. */
export function withFrame(problem: Problem): Problem {
  if (problem.frame !== undefined || problem.file === undefined || problem.line === undefined) return problem
  const frame = codeFrame(problem.file, problem.line)
  return frame === null ? problem : { ...problem, frame }
}
