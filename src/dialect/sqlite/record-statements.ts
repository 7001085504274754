/** Which statements really went to SQLite: recorded at the driver, so that a migration's own transactions and instances are seen too. */
import { performance } from 'node:perf_hooks'
import type { SentStatement } from '../script.ts'
import { isLooking } from './own-databases.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

interface Emitter {
  emit(name: 'error', error: unknown): unknown
}

type Method = (this: Emitter, ...values: unknown[]) => unknown
type Methods = Record<string, Method | undefined>

/**
 * Wraps the driver's methods that take SQL, for every connection of this process from now on.
 * @param driver the sqlite3 package
 * @param onStatement told after each statement, in order of completion
 */
export function recordStatements(driver: SqliteDriver, onStatement: (statement: SentStatement) => void): void {
  const prototype = driver.Database.prototype as unknown as Methods
  for (const name of ['run', 'all', 'get', 'each', 'map', 'exec']) {
    const original = prototype[name]
    if (original === undefined) continue
    prototype[name] = function (this: Emitter & { readonly filename: string }, ...values) {
      const [sql, ...rest] = values
      if (typeof sql !== 'string' || isLooking(this)) return original.apply(this, values)
      return send(
        this,
        (...more) => original.call(this, sql, ...more),
        withEnd(name, rest),
        this.filename,
        sql,
        onStatement,
      )
    } as Method
  }
  recordPrepared(prototype, onStatement)
}

/** A prepared statement is sent each time that it runs. */
function recordPrepared(prototype: Methods, onStatement: (statement: SentStatement) => void): void {
  const { prepare } = prototype
  if (prepare === undefined) return
  prototype.prepare = function (this: Emitter & { readonly filename: string }, ...values) {
    const { filename } = this
    const statement = prepare.apply(this, values) as Emitter & Methods
    for (const name of ['run', 'all', 'get', 'each', 'map']) {
      const original = statement[name]
      if (original === undefined) continue
      statement[name] = (...given) =>
        send(
          statement,
          (...more) => original.call(statement, ...more),
          withEnd(name, given),
          filename,
          String(values[0]),
          onStatement,
        )
    }
    return statement
  } as Method
}

/** `each` with one callback tells it the rows, and nobody the end. */
const withEnd = (name: string, values: readonly unknown[]): readonly unknown[] =>
  name === 'each' && values.filter((value) => typeof value === 'function').length === 1
    ? [...values, () => undefined]
    : values

/** Sends a statement with a callback that reports it first. */
function send(
  sender: Emitter,
  original: (...values: unknown[]) => unknown,
  values: readonly unknown[],
  database: string,
  sql: string,
  onStatement: (statement: SentStatement) => void,
): unknown {
  const startedAt = performance.now()
  // The last function is the callback; `each` has two, of which the last tells the end.
  const last = values.at(-1)
  const callback = function (this: unknown, ...results: unknown[]): unknown {
    const [error] = results
    const ms = Math.round((performance.now() - startedAt) * 100) / 100
    onStatement({ database, sql, ms, error: error instanceof Error ? error.message : null })
    if (typeof last === 'function') return last.apply(this, results)
    // Without a callback the driver emits the error, and so do we: it must not get lost.
    return error instanceof Error ? sender.emit('error', error) : undefined
  }
  return original(...(typeof last === 'function' ? values.slice(0, -1) : values), callback)
}
