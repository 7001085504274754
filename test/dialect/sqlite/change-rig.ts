/** What the tests of a change share: a dev database in a temp folder, and a change that is counted. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ChangeRequest, ChangeResult } from '../../../src/dialect/dialect.ts'
import { changeSqlite } from '../../../src/dialect/sqlite/change-sqlite.ts'
import { openSqlite } from '../../../src/dialect/sqlite/sqlite-connection.ts'
import { loadSqliteDriver } from '../../../src/dialect/sqlite/sqlite-driver.ts'
import { fileOf, fileTarget } from '../../../src/dialect/sqlite/sqlite-target.ts'
import { tempFolder } from '../../temp-folder.ts'

export const driver = loadSqliteDriver(join(import.meta.dirname, '../../..'))

/** Runs SQL on a file through a connection of its own, and gives the rows of the last statement. */
export async function sql(file: string, ...statements: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const connection = await openSqlite(driver, file, 'create')
  try {
    let rows: readonly Record<string, unknown>[] = []
    for (const statement of statements) rows = await connection.all(statement)
    return rows
  } finally {
    await connection.close()
  }
}

/** All that a database holds, as text. */
export async function dump(file: string): Promise<string> {
  const tables = await sql(file, "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
  const rows = []
  for (const { name } of tables) rows.push(await sql(file, `SELECT * FROM "${String(name)}"`))
  return JSON.stringify({ tables, rows })
}

/** A change and what was told of it. */
export interface Trial {
  readonly dev: string
  /** The first one. */
  readonly snapshot: string
  /** All places that were given to one. */
  readonly snapshots: readonly string[]
  readonly folder: string
  readonly told: string[]
  /** @param work statements on the copy, or what to do with it */
  change(
    work: readonly string[] | ((copy: string) => Promise<void>),
    more?: Partial<ChangeRequest<string>>,
  ): Promise<ChangeResult<string>>
}

/** An application's dev database: three rows in one table, in a journal mode. */
export async function trial(mode: string, setUp: readonly string[] = threeRows): Promise<Trial> {
  const root = tempFolder()
  const dev = join(root, 'dev.db')
  await sql(dev, `PRAGMA journal_mode = ${mode}`, ...setUp)
  return trialOn(root, dev)
}

export const threeRows = ['CREATE TABLE t (a)', 'INSERT INTO t VALUES (1), (2), (3)'] as const

/** The same, on a file that need not exist. */
export function trialOn(root: string, dev: string): Trial {
  const folder = join(root, '.devdb', 'work')
  const snapshot = join(root, '.devdb', 'snapshot.db')
  const told: string[] = []
  const snapshots: string[] = []
  return {
    dev,
    snapshot,
    snapshots,
    folder,
    told,
    change: (work, more = {}) =>
      changeSqlite(driver, {
        dev: fileTarget(dev, root),
        folder,
        aside: join(root, '.devdb', 'leftovers'),
        copy: fileTarget(join(folder, 'work.db'), root),
        waitMs: 3000,
        async work(copy) {
          told.push('work')
          if (typeof work === 'function') await work(fileOf(copy))
          else await sql(fileOf(copy), ...work)
          return { outcome: 'worked', enter: copy }
        },
        newSnapshot() {
          snapshots.push(snapshots.length === 0 ? snapshot : `${snapshot}.${snapshots.length}.db`)
          return fileTarget(snapshots.at(-1)!, root)
        },
        async noteSnapshot(bytes) {
          told.push(existsSync(snapshots.at(-1)!) && bytes > 0 ? 'noted' : 'noted too early')
        },
        keepSnapshot: async () => void told.push('kept'),
        dropSnapshot: async () => void told.push('dropped'),
        leaveSnapshot: async () => void told.push('left'),
        onRetry: (attempt) => told.push(`retry ${attempt}`),
        ...more,
      }),
  }
}
