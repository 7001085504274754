/** What an operation is: one thing a child process can do. */
import type { Emit } from '../../event/event.ts'

/** What it needs and what it gives, both plain JSON. */
export interface Operation<Input, Result> {
  readonly input: Input
  readonly result: Result
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
