/** Connections to a scratch database that do not wait for the disk, whoever opens them. https://www.sqlite.org/pragma.html#pragma_synchronous */
import type { SqliteDriver } from './sqlite-driver.ts'
import { truePath } from './sqlite-target.ts'

type Method = (this: { readonly filename: string }, ...values: unknown[]) => unknown

/**
 * Sends each connection of this process to that database one statement before its first.
 * @param driver the sqlite3 package
 * @param file the database
 */
export function hurryConnections(driver: SqliteDriver, file: string): void {
  const prototype = driver.Database.prototype as unknown as Record<string, Method | undefined>
  const exec = prototype.exec
  const seen = new WeakSet<object>()
  const path = truePath(file)
  const nothing = (): void => undefined
  for (const name of ['run', 'all', 'get', 'each', 'map', 'exec', 'prepare']) {
    const original = prototype[name]
    if (original === undefined) continue
    prototype[name] = function (...values) {
      if (!seen.has(this)) {
        seen.add(this)
        // The driver runs nothing beside an exec: https://github.com/TryGhost/node-sqlite3/wiki/API#databaseexecsql-callback
        if (truePath(this.filename) === path) exec?.call(this, 'PRAGMA synchronous = OFF', nothing)
      }
      return original.apply(this, values)
    }
  }
}
