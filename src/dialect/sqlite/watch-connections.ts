/** Which connections of this process use a database: seen at the driver, when each sends its first statement, before anything can wait. */
import type { SqliteDriver } from './sqlite-driver.ts'
import { truePath } from './sqlite-target.ts'

type Method = (this: { readonly filename: string }, ...values: unknown[]) => unknown

/**
 * Wraps the driver's methods that take SQL, for every connection of this process from now on.
 * @param driver the sqlite3 package
 * @param file the database
 * @param onConnection told once for each connection
 */
export function watchConnections(driver: SqliteDriver, file: string, onConnection: () => void): void {
  const prototype = driver.Database.prototype as unknown as Record<string, Method | undefined>
  const seen = new WeakSet<object>()
  const path = truePath(file)
  for (const name of ['run', 'all', 'get', 'each', 'map', 'exec', 'prepare']) {
    const original = prototype[name]
    if (original === undefined) continue
    prototype[name] = function (...values) {
      if (!seen.has(this)) {
        seen.add(this)
        if (truePath(this.filename) === path) onConnection()
      }
      return original.apply(this, values)
    }
  }
}
