/** How the engine runs code of the project: in a child whose environment points at the database that the code is meant for. */
import { type Config, environmentFor } from '../config/config.ts'
import type { Target } from '../database/target.ts'
import { fromProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { callWorker } from '../worker/call-worker.ts'
import type { OperationName, Operations } from '../worker/protocol.ts'
import type { Call, ChildPlace } from '../worker/session.ts'
import { guarded } from './dev-guard.ts'
import type { Runner } from './guard-state.ts'
import type { Project } from './project.ts'
import type { MigrationTrail } from './runners.ts'

/** What differs from call to call. */
export interface UserCall<Note = unknown> {
  /** The database that the environment points at. */
  readonly target: Target
  /** What runs, for who is told that it reached dev: migrations are followed, so that the one can be named. */
  readonly runner: Runner | MigrationTrail
  readonly signal: AbortSignal
  /** How long it may take, in milliseconds; null for no limit. */
  readonly timeoutMs: number | null
  /** Where the child's events go; nowhere by default. */
  readonly emit?: Emit
  /** Told each line that the child prints. */
  readonly onLine?: (line: string) => void
  /** Gets what the operation reports to its caller alone. */
  readonly onNote?: (note: Note) => void
  /** More environment for this call alone. */
  readonly env?: Readonly<Record<string, string>>
  /** Whether the code says that it reads dev. */
  readonly readsDev?: boolean
}

/**
 * Runs one operation. Dev is compared before and after it.
 * @throws DevdbError `interrupted` when the signal came
 */
export function callUserCode<Name extends OperationName>(
  project: Project,
  operation: Name,
  input: Operations[Name]['input'],
  {
    target,
    runner,
    signal,
    timeoutMs,
    emit = silent,
    onLine = silent,
    onNote = silent,
    env = {},
    readsDev = false,
  }: UserCall<Operations[Name]['note']>,
): Promise<Call<Operations[Name]['result']>> {
  const { config } = project
  const place = { ...placeFor(config, target), env: environmentFor(config, target, env, readsDev) }
  const setting = { ...place, signal, timeoutMs, emit, onLine, onNote }
  return 'watched' in runner
    ? guarded(project, runner.runner, () => callWorker(operation, input, { ...setting, ...runner }))
    : guarded(project, runner, () => callWorker(operation, input, setting))
}

/** Where code that is meant for a database runs. */
export const placeFor = (config: Config, target: Target): ChildPlace => ({
  root: config.root,
  cwd: config.cwd,
  env: environmentFor(config, target),
  loader: config.loader,
})

const silent = (): void => undefined

/** What an operation gave. @throws DevdbError for its Problem */
export function resultOf<Result>({ outcome }: Call<Result>): Result {
  if ('problem' in outcome) throw fromProblem(outcome.problem)
  return outcome.result
}
