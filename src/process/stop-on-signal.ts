/** How a command ends that is asked to: by its signal, and where that takes too long without it. */
import { endSoon } from './end-soon.ts'

/** The exit code of a command that was interrupted. */
export const interruptedCode = 130

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Calls a function for each signal that asks this process to end.
 * @param onSignal gets which
 * @returns no longer does
 */
export function onEndSignals(onSignal: (signal: (typeof signals)[number]) => void): () => void {
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

/**
 * Aborts on the first signal.
 * @param stop aborted then; a process that has not ended a few seconds later is ended
 * @returns no longer does
 */
export const stopOnSignal = (stop: AbortController): (() => void) =>
  onEndSignals(() => {
    stop.abort()
    endSoon(interruptedCode)
  })
