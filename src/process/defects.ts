/** What becomes of an error that nobody caught. */

/** Gets such an error. */
export type OnDefect = (error: unknown) => void

const waiting: OnDefect[] = []

/**
 * From now on a function gets each error that nobody caught, in place of the one before.
 * @param onDefect the function
 */
export function takeDefects(onDefect: OnDefect): void {
  if (waiting.length === 0) {
    process.on('uncaughtException', report)
    process.on('unhandledRejection', report)
  }
  waiting.push(onDefect)
}

function report(error: unknown): void {
  // The reader of the output is gone. What devdb does is worth more than what it prints.
  if ((error as NodeJS.ErrnoException | null)?.code === 'EPIPE') return
  waiting.at(-1)?.(error)
}
