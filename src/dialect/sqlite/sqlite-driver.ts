/** Where the sqlite3 driver comes from, and the part of it that devdb uses. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DevdbError, messageOf } from '../../error.ts'
import { installCommand, rebuildCommand } from '../../process/find-installer.ts'

type Callback<Value = void> = (error: Error | null, value: Value) => void

/** https://www.sqlite.org/c3ref/backup_finish.html through node-sqlite3 */
export interface DriverBackup {
  /** Copies pages; -1 for all, 0 to take the locks only. The value says whether all are copied, and committed: SQLITE_DONE. */
  step(pages: number, callback: Callback<boolean>): void
  finish(callback: Callback): void
}

/** node-sqlite3's Database, as far as devdb uses it. */
export interface DriverDatabase {
  readonly filename: string
  all(sql: string, values: readonly unknown[], callback: Callback<Record<string, unknown>[]>): void
  exec(sql: string, callback: Callback): void
  backup(
    file: string,
    destination: string,
    source: string,
    isFileDestination: boolean,
    callback: Callback,
  ): DriverBackup
  /** How long the driver itself waits for a lock before it reports one, in milliseconds. */
  configure(option: 'busyTimeout', ms: number): void
  /** Ends the statements that run. https://www.sqlite.org/c3ref/interrupt.html */
  interrupt(): void
  close(callback: Callback): void
}

/** The `sqlite3` package. */
export interface SqliteDriver {
  readonly Database: {
    new (file: string, mode: number, callback: Callback): DriverDatabase
    readonly prototype: Record<string, (...values: unknown[]) => unknown>
  }
  readonly OPEN_READONLY: number
  readonly OPEN_READWRITE: number
  readonly OPEN_CREATE: number
}

/**
 * Loads the project's own driver; where it has none, the one devdb was installed with.
 * @param root the user's project
 * @throws DevdbError `package-missing`
 */
export function loadSqliteDriver(root: string): SqliteDriver {
  for (const from of [join(root, 'package.json'), import.meta.url]) {
    const load = createRequire(from)
    try {
      return load('sqlite3') as SqliteDriver
    } catch (error) {
      if (!isAbsent(error)) {
        throw new DevdbError('package-missing', `the sqlite3 driver does not load: ${messageOf(error)}`, {
          hint: rebuildCommand(root, 'sqlite3'),
          cause: error,
        })
      }
    }
  }
  throw new DevdbError('package-missing', `the project in ${root} has no sqlite3 driver`, {
    hint: installCommand(root, 'sqlite3'),
  })
}

const isAbsent = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' && (error as Error).message.includes("'sqlite3'")
