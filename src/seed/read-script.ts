/** A SQL file of a step, read so that it can be run at once. */
import type { Dialect } from '../dialect/dialect.ts'
import type { ScriptPart } from '../dialect/script.ts'

/** What is in such a file. */
export interface SeedScript {
  /** Absolute path. */
  readonly file: string
  readonly text: string
  /** Whether it says itself when a transaction begins and ends, or does what cannot be done inside one. */
  readonly controlsTransactions: boolean
  /** What can be run in one call; null where only its statements can, one by one. */
  readonly parts: readonly ScriptPart[] | null
}

/**
 * Reads the text of a file.
 * @param dialect whose SQL it is
 * @param file absolute path
 * @param text what is in it
 */
export function readScript(dialect: Dialect, file: string, text: string): SeedScript {
  const controlsTransactions = dialect.controlsTransactions(text)
  // The driver takes a text only up to its first zero byte.
  const isOne = !controlsTransactions && !text.includes('\0')
  return { file, text, controlsTransactions, parts: isOne ? dialect.joinInserts(text) : null }
}
