/** The contract of a dialect: all that devdb asks of a kind of database. Code outside `dialect/` asks "can you?", never "which are you?". */
import type { Connection } from '../database/connection.ts'
import type { Target } from '../database/target.ts'
import type { DoorRule } from '../door/door-rule.ts'
import type { ContentDifference } from '../event/event.ts'
import type { Lint } from '../event/rehearsal.ts'
import type { Change } from '../schema/change.ts'
import type { PlanSetting, PlanStep, TransactionSql } from '../schema/plan.ts'
import type { EqualityRules } from '../schema/rules.ts'
import type { Column, Schema } from '../schema/schema.ts'
import type { FindsBroken } from './broken-object.ts'
import type { ChangeRequest, ChangeResult, Seal } from './change-request.ts'
import type { KeptRequest, LintRequest, LossReport, LossRequest } from './kept-state.ts'
import type { LedgerChange, LedgerEntry, StoredCode } from './ledger.ts'
import type { SchemaScript, ScriptPart, SentStatement } from './script.ts'

export type { ChangeRequest, ChangeResult, Seal, WorkResult } from './change-request.ts'

/** Where the meta table of the applied migrations is. */
export interface MetaTable {
  readonly table: string
  readonly column: string
  readonly schema: string | null
  /** Whether it is made with `createdAt` and `updatedAt` where it is absent. */
  readonly timestamps?: boolean
}

/** One of the names that a database is known by. */
export interface KnownName {
  /** What bears it: `its name`, `its folder`. */
  readonly what: string
  readonly name: string
  /** How the configuration allows it. */
  readonly allowedBy: string
}

/** Tells whether anyone wrote to a database since the observer was opened or last asked. */
export interface Observer {
  /** True once for each time something was committed by another connection, or the database was replaced, made or removed. */
  hasChanged(): Promise<boolean>
  close(): Promise<void>
}

/** What connections of this process do. */
export interface Activity {
  /** Whether a statement waits for its answer. */
  isWaiting(): boolean
}

/** A kind of database. Made for one project, whose own driver it loads on first use. */
export interface Dialect extends FindsBroken {
  readonly name: string
  /** The npm package of the driver, for the message when it is missing. */
  readonly driver: string
  /** The setting that stands for the throwaway database when none is given. */
  defaultThrowaway(folder: string): string
  /**
   * Reads a database setting.
   * @param setting a URL, or Sequelize options
   * @param base the folder that relative paths start from
   * @returns null when the setting is not this dialect's
   * @throws DevdbError `config-invalid` when it is, but makes no sense
   */
  readTarget(setting: string | Readonly<Record<string, unknown>>, base: string): Target | null
  /** A scratch database of that name inside a folder of devdb's own; nothing is created. */
  scratch(folder: string, name: string): Target
  /** The rule that keeps project code away from dev: it gets the job's database instead, or with null dev for reading alone. */
  door(dev: Target, job: Target | null): DoorRule
  /** Why SQL that devdb itself sends for the project may not run, in one sentence: it would open dev. Null where it may. */
  refusalOf(sql: string, dev: Target): string | null
  /** Whether two targets are the same database, under whatever spelling. */
  isSame(a: Target, b: Target): boolean
  /** All names by which people could see that a database is production's: its own, those of places that it is in, those that it leads to. */
  knownNames(target: Target): readonly KnownName[]
  exists(target: Target): Promise<boolean>
  /**
   * Opens a connection for reading.
   * @param waitMs how long another connection's lock is waited for, in milliseconds
   * @throws DevdbError `dev-unreadable`, `dev-busy`
   */
  openForReading(target: Target, waitMs?: number): Promise<Connection>
  /** Opens a connection that may write. */
  openForWriting(target: Target): Promise<Connection>
  /** Opens a connection to a scratch database: what is committed is in its file, but need not outlive a power failure. */
  openScratch(scratch: Target): Promise<Connection>
  /** Loads the driver, so that the first connection need not. */
  loadDriver(): void
  /** Whether some connection holds a write transaction on it that is not ended. */
  hasOpenTransaction(target: Target): Promise<boolean>
  /** Whether an error, the driver's own or one that wraps it, says that no space was left. */
  isDiskFull(error: unknown): boolean
  /** How many tables it has. @param meta is not counted: an application with Umzug’s storage on its own instance defines it as a model */
  countTables(target: Target, meta?: MetaTable): Promise<number>
  /** Names in a meta table in order of application; empty where the table does not exist. */
  readMetaTable(connection: Connection, meta: MetaTable): Promise<readonly string[]>
  /** Puts names into a meta table, in this order; makes the table where it is absent. None of them may be there yet. */
  recordNames(connection: Connection, meta: MetaTable, names: readonly string[]): Promise<void>
  /** The statements that do so, for code that sends them through a connection of its own. */
  recordStatementsOf(connection: Connection, meta: MetaTable, names: readonly string[]): Promise<readonly string[]>
  /** The statements that take names out of a meta table. */
  forgetStatementsOf(meta: MetaTable, names: readonly string[]): readonly string[]
  /**
   * Writes the whole schema as a script that makes it again in an empty database, with the meta table's rows and no others.
   * @throws DevdbError as `readMetaTable`
   */
  schemaScript(connection: Connection, meta: MetaTable): Promise<SchemaScript>
  /** What is known of applied migrations, in order of application; nothing where there is no ledger. */
  readLedger(connection: Connection): Promise<readonly LedgerEntry[]>
  /** The code of an applied migration as it was; null where it is not stored. */
  readStoredCode(connection: Connection, name: string): Promise<StoredCode | null>
  /** Notes in the ledger of a working copy what was applied and reverted. */
  writeLedger(copy: Target, change: LedgerChange): Promise<void>
  /** Reads the whole schema but for the meta table and the ledger, which are not the user's. */
  introspect(target: Target, meta: MetaTable): Promise<Schema>
  /** When two things are the same. */
  readonly rules: EqualityRules
  /** Plans how to get from one schema to another. */
  plan(from: Schema, changes: readonly Change[], setting: PlanSetting): readonly PlanStep[]
  /** How a column's type is written with Sequelize's DataTypes; null where it cannot be. */
  modelType(column: Column): string | null
  /**
   * The local function `withoutForeignKeys(queryInterface, steps)` of a migration that rebuilds tables: it runs `steps(rebuildTable)` in one
   * transaction, and needs nothing but Sequelize.
   */
  rebuildFunction(isTypeScript: boolean): string
  /** The local function `isAbsent(queryInterface, table, column, transaction)` of a migration whose down keeps columns. */
  absentFunction(isTypeScript: boolean): string
  /** A rebuild as statements. `filledIn`: what stands for a value that the developer must fill in. */
  rebuildSql(
    step: Extract<PlanStep, { kind: 'rebuild-table' }>,
    filledIn: (column: string) => string,
  ): readonly string[]
  /** What stands around the statements of a transaction, in which foreign keys are enforced or not. */
  transactionSql(isUnguarded: boolean): TransactionSql
  /** Queries whose only value `rows` says how many rows a change may lose or break. `from` and `to`: the whole schema before and after. */
  hazardsOf(change: Change, from: Schema, to: Schema): readonly { readonly sql: string; readonly meaning: string }[]
  /** The tables of a schema whose rows may be others after statements were sent. */
  writtenTables(statements: readonly string[], schema: Schema): ReadonlySet<string>
  /** Which rows and values are gone or others between two states. */
  findLosses(request: LossRequest): Promise<LossReport>
  /** Whether tables hold to the bit what they held: a line for each that does not. Compared inside the database. */
  compareKept(request: KeptRequest): Promise<readonly string[]>
  /** What a careful reader would stop at in the statements of an up. */
  lintStatements(request: LintRequest): Promise<readonly Lint[]>
  /** A short text that is another one after each change of the schema, and after none of the rows. */
  schemaToken(target: Target): Promise<string>
  observe(target: Target): Promise<Observer>
  /** The files whose changes mean that the database may have changed; empty where there are none to watch. */
  filesOf(target: Target): readonly string[]

  /** Empties a scratch database and marks it as devdb's. @returns when it is ready to be built in */
  prepareScratch(scratch: Target): Promise<void>
  /** Removes a scratch database. */
  removeScratch(scratch: Target): Promise<void>
  /**
   * Checks that the throwaway may be overwritten: it is absent, or devdb made it for this project.
   * @throws DevdbError `throwaway-not-ours`
   */
  checkThrowaway(throwaway: Target, folder: string): Promise<void>
  /**
   * Puts a finished build in the throwaway's place, whole, also while others have it open.
   * @returns files of a dead database that were in the way, where they are now
   */
  publish(build: Target, throwaway: Target, folder: string): Promise<readonly string[]>

  /** The size of a database in bytes; 0 where there is none. */
  sizeOf(target: Target): Promise<number>
  /** Takes the seal of a snapshot. Memory does not depend on its size. @param of the database that it was taken of */
  seal(snapshot: Target, of: Target): Promise<Seal>
  /**
   * Whether a snapshot is what was recorded. One that is not may not become dev.
   * @param bytes its size when it was taken
   * @param seal null in the records of an earlier devdb
   * @returns what is wrong with it: `it has 0 bytes instead of 8192`; null where nothing is
   */
  sealFault(snapshot: Target, bytes: number, seal: Seal | null): Promise<string | null>
  /**
   * Whether a database provably holds all that a snapshot of it holds. In doubt it does not.
   * @param scratch where a copy may be made
   */
  holds(live: Target, snapshot: Target, scratch: Target, waitMs: number): Promise<boolean>
  /** Removes what a killed reader left beside a snapshot. */
  tidySnapshot(snapshot: Target): void
  /**
   * Compares what two databases hold: rows by primary key, inside the database. Either may be in use.
   * @throws DevdbError `dev-busy`, `dev-unreadable`; another error where a table needs what only the application has
   */
  compareContents(before: Target, after: Target, waitMs: number): Promise<ContentDifference>
  /** Copies a live database whole. @returns its size in bytes */
  copy(from: Target, to: Target, waitMs: number): Promise<number>
  /** Copies a live database for a trial on which much may be written; never for anything that is to become dev. */
  copyForTrial(from: Target, to: Target, waitMs: number): Promise<void>
  /** Copies a scratch database that nobody writes to, with all that was committed. */
  checkpoint(from: Target, to: Target): Promise<void>
  /** Waits until a database that nobody has open is safe on the disk. */
  flush(target: Target): Promise<void>
  change<Outcome>(request: ChangeRequest<Outcome>): Promise<ChangeResult<Outcome>>

  /** Splits a script into statements, each with its first line, counted from 1. */
  splitStatements(script: string): readonly { readonly sql: string; readonly line: number }[]
  /** Whether a script begins or ends transactions itself, or does what cannot be done inside one. */
  controlsTransactions(script: string): boolean
  /** Reads a script that does not control transactions, so that it can be run in less time. */
  joinInserts(script: string): readonly ScriptPart[]
  /**
   * Puts a script together for a database: what it does is the same, and takes less time. Where it fails, the script is to be run as it was
   * written, which tells the statement.
   */
  quicken(connection: Connection, parts: readonly ScriptPart[]): Promise<string>
  /** From now on no connection of this process waits for the disk when it writes to a scratch database: a power failure may cost it, and it is made again. */
  hurry(scratch: Target): void
  /** From now on tells of each connection of this process that uses a database, at its first statement. */
  watchConnections(target: Target, onConnection: () => void): Activity
  /**
   * Makes the connection that `send` uses quick, and opens a transaction around all that it is sent.
   * @returns ends the transaction; null where a connection cannot be used like that
   */
  joinConnection(send: (sql: string) => Promise<unknown>): Promise<(() => Promise<void>) | null>
  /** From now on reports every statement that any code of this process sends through the driver. */
  recordStatements(onStatement: (statement: SentStatement) => void): void
}
