/** Looking into SQLite files from a test: through a driver of the test's own, never through devdb. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import sqlite3 from 'sqlite3'

const repository = fileURLToPath(new URL('../..', import.meta.url))

type Row = Readonly<Record<string, unknown>>

/** Runs statements on a file, which is made where it is absent. */
export const execute = (file: string, sql: string): Promise<void> =>
  withDatabase(
    file,
    sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE,
    (database) => new Promise((resolve, reject) => database.exec(sql, (error) => (error ? reject(error) : resolve()))),
  )

/** The rows of one query. */
export const query = (file: string, sql: string): Promise<readonly Row[]> =>
  withDatabase(file, sqlite3.OPEN_READONLY, (database) => all(database, sql))

/** All that a database holds, as the `.dump` of SQLite's shell has it: schema, rows in order of rowid, and what the header says. */
export const dump = (file: string): Promise<readonly string[]> =>
  withDatabase(file, sqlite3.OPEN_READONLY, async (database) => {
    const lines: string[] = []
    for (const pragma of ['application_id', 'user_version', 'encoding']) {
      lines.push(`${pragma}=${Object.values((await all(database, `PRAGMA ${pragma}`))[0] ?? {})[0]}`)
    }
    const objects = await all(database, 'SELECT type, name, sql FROM sqlite_master ORDER BY rowid')
    for (const { type, name, sql } of objects) {
      lines.push(`${name}: ${sql}`)
      if (type !== 'table') continue
      const table = `"${String(name).replaceAll('"', '""')}"`
      const columns = await all(database, `PRAGMA table_info(${table})`)
      const quoted = columns
        .map((column) => `quote("${String(column.name).replaceAll('"', '""')}")`)
        .join(` || ',' || `)
      for (const { row } of await all(database, `SELECT ${quoted} AS row FROM ${table}`)) lines.push(`${name}(${row})`)
    }
    return lines
  })

/**
 * Holds the lock of a writer until it is let go. In a process of its own: POSIX locks belong to a process, and go with the first
 * descriptor of the file that it closes.
 */
export async function holdLock(file: string): Promise<() => Promise<void>> {
  const program = `const { Database } = require('sqlite3')
    const database = new Database(process.argv[1], () => database.exec('BEGIN EXCLUSIVE', (error) => console.log(error ?? 'held')))
    setInterval(() => database, 1000)`
  const child = spawn(process.execPath, ['-e', program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: repository,
  })
  const ended = once(child, 'exit')
  const [said] = await once(child.stdout, 'data')
  if (String(said).trim() !== 'held') throw new Error(`no lock: ${said}`)
  return async () => {
    child.kill()
    await ended
  }
}

async function withDatabase<Value>(
  file: string,
  mode: number,
  work: (database: sqlite3.Database) => Promise<Value>,
): Promise<Value> {
  const database = await open(file, mode)
  try {
    return await work(database)
  } finally {
    await new Promise<void>((resolve) => database.close(() => resolve()))
  }
}

const open = (file: string, mode: number): Promise<sqlite3.Database> =>
  new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, mode, (error) => (error ? reject(error) : resolve(database)))
  })

const all = (database: sqlite3.Database, sql: string): Promise<readonly Row[]> =>
  new Promise((resolve, reject) => database.all<Row>(sql, (error, rows) => (error ? reject(error) : resolve(rows))))
