/** Which connections of this process use a database, and do they wait for an answer? Seen at the driver, before anything can wait. */
import type { Activity } from '../dialect.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { truePath } from './sqlite-target.ts'

type Method = (this: { readonly filename: string }, ...values: unknown[]) => unknown

/**
 * Wraps the driver's methods that take SQL, for every connection of this process from now on.
 * @param driver the sqlite3 package
 * @param file the database
 * @param onConnection called once for each connection
 */
export function watchConnections(driver: SqliteDriver, file: string, onConnection: () => void): Activity {
  const prototype = driver.Database.prototype as unknown as Record<string, Method | undefined>
  const seen = new WeakSet<object>()
  const path = truePath(file)
  let waiting = 0
  for (const name of ['run', 'all', 'get', 'each', 'map', 'exec', 'prepare']) {
    const original = prototype[name]
    if (original === undefined) continue
    prototype[name] = function (...values) {
      if (!seen.has(this)) {
        seen.add(this)
        if (truePath(this.filename) === path) onConnection()
      }
      const answered = values.at(-1)
      if (typeof answered !== 'function') return original.apply(this, values)
      waiting += 1
      const once = function (this: unknown, ...results: unknown[]): unknown {
        waiting -= 1
        return (answered as (...results: unknown[]) => unknown).apply(this, results)
      }
      return original.apply(this, [...values.slice(0, -1), once])
    }
  }
  return { isWaiting: () => waiting > 0 }
}
