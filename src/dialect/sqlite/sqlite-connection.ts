/** One open SQLite connection: promises over the driver, and SQLite's error codes as Problems. */
import { existsSync } from 'node:fs'
import type { Connection, Row } from '../../database/connection.ts'
import { markLooking } from './own-databases.ts'
import type { DriverBackup, DriverDatabase, SqliteDriver } from './sqlite-driver.ts'
import { codeOf, toSqliteError } from './sqlite-error.ts'

/** A connection whose database can be copied page by page. */
export interface SqliteConnection extends Connection {
  readonly file: string
  /** Ends the statements that run, with an error whose code is SQLITE_INTERRUPT. */
  interrupt(): void
  /**
   * Opens a page copy between this database and a file.
   * https://www.sqlite.org/c3ref/backup_finish.html
   * @param file the other database
   * @param direction `out`: this one into the file; `in`: the file into this one
   */
  openBackup(file: string, direction: 'out' | 'in'): Promise<SqliteBackup>
}

/** A page copy that is under way. */
export interface SqliteBackup {
  /**
   * Copies pages.
   * @param pages how many; -1 for all, 0 to take the locks only
   * @returns `locked` when another connection's lock is in the way: repeat later; `done` when all pages are copied and committed
   */
  step(pages: number): Promise<'locked' | 'going on' | 'done'>
  finish(): Promise<void>
}

/** What the driver waits for a lock unless it is told otherwise, in milliseconds. */
const driverWaitMs = 1000

/**
 * Opens a connection.
 * @param driver the sqlite3 package
 * @param file absolute path
 * @param mode `read` never writes, unless a killed writer left a journal that must be rolled back first; `look` takes a lock and gives it back
 * @param waitMs how long each statement waits for the lock of another connection, in milliseconds
 * @throws DevdbError `dev-unreadable`, `dev-busy`, `dev-readonly`
 */
export async function openSqlite(
  driver: SqliteDriver,
  file: string,
  mode: 'read' | 'write' | 'create' | 'look',
  waitMs: number = driverWaitMs,
): Promise<SqliteConnection> {
  const write = driver.OPEN_READWRITE
  const isLooking = mode === 'read' || mode === 'look'
  if (mode !== 'read')
    return connect(driver, file, mode === 'create' ? write | driver.OPEN_CREATE : write, waitMs, isLooking)
  const connection = await connect(driver, file, driver.OPEN_READONLY, waitMs, isLooking)
  try {
    await connection.all('SELECT 1 FROM sqlite_master LIMIT 1')
    return connection
  } catch (error) {
    await connection.close()
    // A hot journal, or a -wal without its -shm in a folder where a reader may not make one: https://www.sqlite.org/wal.html#readonly
    const isLeftover =
      /READONLY|CANTOPEN/.test(codeOf(error)) && [`${file}-journal`, `${file}-wal`].some((path) => existsSync(path))
    if (!isLeftover) throw error
    return connect(driver, file, write, waitMs, isLooking)
  }
}

function connect(
  driver: SqliteDriver,
  file: string,
  mode: number,
  waitMs: number,
  isLooking: boolean,
): Promise<SqliteConnection> {
  return new Promise((resolve, reject) => {
    const database: DriverDatabase = new driver.Database(file, mode, (error) => {
      if (error !== null) return reject(toSqliteError(error, file))
      database.configure('busyTimeout', waitMs)
      if (isLooking) markLooking(database)
      resolve(wrap(database, file))
    })
  })
}

function wrap(database: DriverDatabase, file: string): SqliteConnection {
  const promised = <Value>(
    start: (callback: (error: Error | null, value: Value) => void) => void,
    sql?: string,
  ): Promise<Value> =>
    new Promise((resolve, reject) =>
      start((error, value) => (error === null ? resolve(value) : reject(toSqliteError(error, file, sql)))),
    )

  return {
    file,
    interrupt: () => database.interrupt(),
    all: (sql, values = []) => promised<readonly Row[]>((callback) => database.all(sql, values, callback), sql),
    run: (sql) => promised<void>((callback) => database.exec(sql, callback), sql),
    close: () => promised<void>((callback) => database.close(callback)),
    openBackup: (other, direction) =>
      new Promise((resolve, reject) => {
        const backup = database.backup(other, 'main', 'main', direction === 'out', (error) =>
          error === null ? resolve(wrapBackup(backup, file)) : reject(toSqliteError(error, file)),
        )
      }),
  }
}

const wrapBackup = (backup: DriverBackup, file: string): SqliteBackup => ({
  step: (pages) =>
    new Promise((resolve, reject) =>
      backup.step(pages, (error, isDone) => {
        if (error === null) resolve(isDone ? 'done' : 'going on')
        else if (/BUSY|LOCKED/.test((error as NodeJS.ErrnoException).code ?? '')) resolve('locked')
        else reject(toSqliteError(error, file))
      }),
    ),
  finish: () => new Promise((resolve) => backup.finish(() => resolve())),
})
