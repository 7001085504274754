/** How migrations run: through Umzug, one after the other, on a working copy. Called in a child process only. */

import { readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { Sequelize } from 'sequelize'
import type { Target } from '../database/target.ts'
import type { Dialect } from '../dialect/dialect.ts'
import type { StoredCode } from '../dialect/ledger.ts'
import { DevdbError } from '../error.ts'
import type { Direction, Emit } from '../event/event.ts'
import { createInstance } from '../model/load-sequelize.ts'
import { reach } from '../process/reach.ts'
import { blameBroken } from './blame-broken.ts'
import { callFunction, followStatements, functionOf, keepsOf } from './call-migration.ts'
import { loadMigration } from './load-migration.ts'
import { loadUmzug } from './load-umzug.ts'
import { openMetaStorage } from './meta-storage.ts'
import { migrationArguments, wantOf } from './migration-arguments.ts'
import { irreversible, leftOpen, migrationError, repeatHint, withoutSpace } from './migration-error.ts'
import { bareName, downPath, type MigrationFile, type MigrationSetting } from './migration-folder.ts'

// While devdb is loaded: later a loader of TypeScript would look through it.
const { Umzug } = loadUmzug()

/** What to run, and where. */
export interface MigrationRun {
  readonly root: string
  readonly dialect: Dialect
  /** The working copy. */
  readonly target: Target
  readonly direction: Direction
  /** In the order in which they are to run. */
  readonly files: readonly MigrationFile[]
  readonly setting: MigrationSetting
  /** The meta table's names as they are now. */
  readonly logged: readonly string[]
  /** How long each took last time, in milliseconds. */
  readonly estimates: Readonly<Record<string, number>>
  readonly emit: Emit
  /** Imports a file of the user's. `again`: as it is now, although it was loaded before; counted from 1. */
  importFile(path: string, again?: number): Promise<unknown>
  /** Gets the code of a migration whose up runs now, as it was read. */
  onCode(migration: string, code: StoredCode): void
  /** Gets the columns that a migration's down keeps on purpose, as `table.column`. */
  onKeeps(migration: string, columns: readonly string[]): void
  /** Called after each migration but the last: what stands in `target` now is the longest run that succeeded. */
  checkpoint(done: readonly string[]): Promise<void>
}

/**
 * Runs the migrations until one fails.
 * @throws DevdbError `migration-failed`, `migration-irreversible`, with the migration's name
 */
export async function runMigrations(run: MigrationRun): Promise<void> {
  const done: string[] = []
  for (const [index, file] of run.files.entries()) {
    const startedAt = performance.now()
    const elapsed = (): number => Math.round(performance.now() - startedAt)
    const facts = { migration: file.name, direction: run.direction }
    run.emit('migration-started', { ...facts, estimateMs: run.estimates[`${run.direction} ${file.name}`] ?? null })
    // An instance of its own for each: what a migration left open ends with it, before anything is built on it.
    const sequelize = createInstance(run.root, run.target)
    const settled = followStatements(sequelize)
    try {
      await runOne(run, file, sequelize, settled)
    } catch (error) {
      throw run.dialect.isDiskFull(error) ? withoutSpace(error, file, run.direction) : error
    } finally {
      await sequelize.close()
    }
    await assertLogged(run, file)
    done.push(file.name)
    // Before it is told: what is told to have finished must be kept, also if this process dies the next moment.
    if (index < run.files.length - 1) await run.checkpoint(done)
    reach('migration-run')
    run.emit('migration-finished', { ...facts, ms: elapsed() })
  }
}

async function runOne(
  run: MigrationRun,
  file: MigrationFile,
  sequelize: Sequelize,
  settled: () => Promise<void>,
): Promise<void> {
  const callAll = async (which: 'up' | 'down'): Promise<void> => {
    await call(run, file, which, sequelize)
    await settled()
    await assertUnlocked(run, file)
  }
  const umzug = new Umzug({
    migrations: [
      {
        name: file.name,
        path: file.path,
        up: () => callAll('up'),
        down: () => callAll('down'),
      },
    ],
    storage: openMetaStorage(run, sequelize),
    logger: undefined,
  })
  try {
    if (run.direction === 'upgrade') await umzug.up({ migrations: [file.name] })
    else await umzug.down({ migrations: [file.name] })
  } catch (error) {
    throw blameBroken(run.dialect, migrationError(error, file, run.direction))
  }
}

async function call(run: MigrationRun, file: MigrationFile, which: 'up' | 'down', sequelize: Sequelize): Promise<void> {
  if (file.path.endsWith('.sql')) return runSql(run, file, which)
  const { exported, source } = await loadMigration(file, run.importFile)
  if (which === 'up') run.onCode(file.name, { source, down: null })
  const keeps = keepsOf(exported)
  if (keeps.length > 0) run.onKeeps(file.name, keeps)
  const migration = functionOf(exported, which)
  if (migration === null) throw irreversible(file, which)
  const given = await migrationArguments(run, file, sequelize)
  try {
    await callFunction(migration, exported, given)
  } catch (error) {
    throw wantOf(error, file, source, given) ?? error
  }
}

/** Statements run as they are written: a transaction is the file's own affair, and the whole runs on a copy anyway. */
async function runSql(run: MigrationRun, file: MigrationFile, which: 'up' | 'down'): Promise<void> {
  const { dialect, target } = run
  const path = which === 'up' ? file.path : downPath(file.path)
  const script = await readText(path)
  if (script === null) throw irreversible(file, which)
  if (which === 'up') run.onCode(file.name, { source: script, down: await readText(downPath(file.path)) })
  const connection = await dialect.openForWriting(target)
  try {
    for (const { sql, line } of dialect.splitStatements(script)) {
      await connection.run(sql).catch((error: Error) => {
        throw new DevdbError('migration-failed', `${file.name}: ${error.message}`, {
          file: path,
          line,
          statement: sql,
          migration: file.name,
          hint: repeatHint(run.direction),
          cause: error,
        })
      })
    }
    await assertUnlocked(run, file)
  } finally {
    await connection.close()
  }
}

const readText = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

/** A transaction that a migration neither committed nor rolled back would be lost without a word. Looked for before its connection is closed. */
async function assertUnlocked({ dialect, target }: MigrationRun, file: MigrationFile): Promise<void> {
  if (await dialect.hasOpenTransaction(target)) throw leftOpen(file)
}

/** Where a migration began a transaction on the very connection that then wrote the meta row, that row went with it. */
async function assertLogged({ dialect, target, setting, direction }: MigrationRun, file: MigrationFile): Promise<void> {
  const connection = await dialect.openForReading(target)
  try {
    const names = await dialect.readMetaTable(connection, setting.meta)
    const isLogged = names.some((name) => bareName(name) === bareName(file.name))
    if (isLogged !== (direction === 'upgrade')) throw leftOpen(file)
  } finally {
    await connection.close()
  }
}
