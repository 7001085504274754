/** What an operation is: one thing a child process can do. */
import type { Emit } from '../../event/event.ts'

/** What it needs, what it returns, and what it reports on the way, all plain JSON. */
export interface Operation<Input, Result, Note = never> {
  readonly input: Input
  readonly result: Result
  readonly note: Note
}

/** How one is done. */
export interface OperationCode<Kind extends Operation<unknown, unknown, unknown>> {
  /** Whether code of the user's is imported for it. */
  importsCode(input: Kind['input']): boolean
  /** Loads what it needs of the project's packages. Through the loader of the user's code that would take twice as long. */
  prepare?(input: Kind['input'], root: string): void
  run(input: Kind['input'], workplace: Workplace<Kind['note']>): Promise<Kind['result']>
}

/** What an operation gets besides its input. */
export interface Workplace<Note = never> {
  /** The user's project. */
  readonly root: string
  readonly emit: Emit
  /** Reports to the caller alone. What was reported is known even if this process dies the next moment. */
  note(note: Note): Promise<void>
  /** Imports a file of the user's. `again`: as it is now, although it was loaded before; counted from 1. */
  importFile(path: string, again?: number): Promise<unknown>
  /** Tells whose code runs next, so that a hang or a crash is laid at the right door. */
  tellRunning(path: string): void
}
