/** Where does `console.log` of a library go while the screen is ours? It is kept, and printed when the terminal is given back. */
import { formatWithOptions } from 'node:util'

const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const
const keptLines = 100

/**
 * Keeps the console quiet.
 * @returns a function that ends it, and returns the last lines that were printed meanwhile
 */
export function quietConsole(): () => readonly string[] {
  const originals = methods.map((method) => [method, console[method]] as const)
  let lines: readonly string[] = []
  for (const method of methods) {
    console[method] = (...values: unknown[]) => {
      lines = [...lines, formatWithOptions({ colors: false }, ...values)].slice(-keptLines)
    }
  }
  return () => {
    for (const [method, original] of originals) console[method] = original
    return lines
  }
}
