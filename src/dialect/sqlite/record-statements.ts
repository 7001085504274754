/** Which statements really went to SQLite: recorded at the driver, so that a migration's own transactions and instances are seen too. */
import { performance } from 'node:perf_hooks'
import type { SentStatement } from '../dialect.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

type Method = (this: { readonly filename: string }, ...values: unknown[]) => unknown

/**
 * Wraps the driver's methods that take SQL, for every connection of this process from now on.
 * @param driver the sqlite3 package
 * @param onStatement told after each statement, in order of completion
 */
export function recordStatements(driver: SqliteDriver, onStatement: (statement: SentStatement) => void): void {
  const prototype = driver.Database.prototype as unknown as Record<string, Method>
  for (const name of ['run', 'all', 'get', 'each', 'exec']) {
    const original = prototype[name]
    if (original !== undefined) prototype[name] = recorded(original, onStatement)
  }
}

const recorded = (original: Method, onStatement: (statement: SentStatement) => void): Method =>
  function (...values) {
    const [sql] = values
    if (typeof sql !== 'string') return original.apply(this, values)
    const startedAt = performance.now()
    const report = (error: unknown): void =>
      onStatement({
        database: this.filename,
        sql,
        ms: Math.round((performance.now() - startedAt) * 100) / 100,
        error: error instanceof Error ? error.message : null,
      })
    // The last function is the callback; `each` has two, of which the last tells the end.
    const last = values.at(-1)
    if (typeof last !== 'function') return original.call(this, ...values, (error: unknown) => report(error))
    const callback = function (this: unknown, ...results: unknown[]): unknown {
      report(results[0])
      return last.apply(this, results)
    }
    return original.call(this, ...values.slice(0, -1), callback)
  }
