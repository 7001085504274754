/** What an operation is: one thing a child process can do. */
import type { Emit } from '../../event/event.ts'

/** What it needs and what it gives, both plain JSON. */
export interface Operation<Input, Result> {
  readonly input: Input
  readonly result: Result
}

/** How one is done. */
export interface OperationCode<Kind extends Operation<unknown, unknown>> {
  /** Whether code of the user's is imported for it. */
  importsCode(input: Kind['input']): boolean
  /** Loads what it needs of the project's packages. Through the loader of the user's code that would take twice as long. */
  prepare?(input: Kind['input'], root: string): void
  run(input: Kind['input'], workplace: Workplace): Promise<Kind['result']>
}

/** What an operation gets besides its input. */
export interface Workplace {
  /** The user's project. */
  readonly root: string
  readonly emit: Emit
  /** Imports a file of the user's. */
  importFile(path: string): Promise<unknown>
  /** Tells whose code runs next, so that a hang or a crash is laid at the right door. */
  tellRunning(path: string): void
}
