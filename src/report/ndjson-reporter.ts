/** How does a program read what happens? One JSON line for each event; replaying the lines through `reduce` gives the state. */
import type { Reader } from '../event/store.ts'

/** Where the lines go. */
export interface NdjsonReporterOptions {
  /** Takes one line of text, with its line feed. */
  readonly write: (text: string) => void
}

/** Makes the reader behind `--reporter ndjson`. */
export function createNdjsonReporter({ write }: NdjsonReporterOptions): Reader {
  return (event) => write(`${JSON.stringify(event)}\n`)
}
