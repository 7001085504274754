/** When is a process gone that was asked to end? Within seconds, whatever it still holds: a file watcher, a child, an open connection. */

/** How long it has to end by itself, in milliseconds. */
const graceMs = 4000

let isEnding = false

/**
 * Ends this process after a few seconds, unless it has ended before. Its children are ended with it.
 * @param code the exit code
 */
export function endSoon(code: number): void {
  if (isEnding) return
  isEnding = true
  setTimeout(() => process.exit(code), graceMs).unref()
}
