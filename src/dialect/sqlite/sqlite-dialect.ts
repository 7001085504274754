/** SQLite's answers to the contract of a dialect, each in a file of its own. */
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { noSettings, type TargetSettings, withSettingsOf } from '../../database/target.ts'
import { makeOwnFolder } from '../../process/make-own-folder.ts'
import type { Dialect } from '../dialect.ts'
import { absentFunction } from './absent-function.ts'
import { changeSqlite } from './change-sqlite.ts'
import { compareContents } from './compare-contents.ts'
import { compareKept } from './compare-kept.ts'
import { controlsTransactions } from './controls-transactions.ts'
import { copyForTrial } from './copy-for-trial.ts'
import { copyLive, copyWhole, flushFile, removeSqlite } from './copy-sqlite.ts'
import { doorRule } from './door/door-rule-of.ts'
import { refusalOf } from './door/guarded-sql.ts'
import { findBroken } from './find-broken.ts'
import { findLosses } from './find-losses.ts'
import { blamedObject, foreseeBroken } from './foresee-broken.ts'
import { hazardsOf } from './hazard.ts'
import { hurryConnections } from './hurry-connections.ts'
import { introspectSqlite } from './introspect-sqlite.ts'
import { joinInserts } from './join-inserts.ts'
import { knownNames } from './known-names.ts'
import { ledgerTable, readLedger, readStoredCode, writeLedger } from './ledger-table.ts'
import { lintStatements } from './lint-statements.ts'
import {
  forgetStatements,
  metaTableName,
  readMetaTable,
  recordNames,
  recordStatements as recordStatementsOf,
} from './meta-table.ts'
import { modelType } from './model-type.ts'
import { observeSqlite } from './observe-sqlite.ts'
import { planSqlite } from './plan-sqlite.ts'
import { checkOwnThrowaway, mark, publishSqlite } from './publish-sqlite.ts'
import { quickenScript } from './quicken-script.ts'
import { rebuildFunction } from './rebuild-function.ts'
import { rebuildSql, transactionSql } from './rebuild-sql.ts'
import { recordStatements } from './record-statements.ts'
import { schemaScript } from './schema-script.ts'
import { holdsSqlite, sealFault, sealSqlite, tidySnapshot } from './seal-sqlite.ts'
import { splitStatements } from './split-statements.ts'
import { openSqlite } from './sqlite-connection.ts'
import { loadSqliteDriver, type SqliteDriver } from './sqlite-driver.ts'
import { codeOf, isDiskFull } from './sqlite-error.ts'
import { sqliteRules } from './sqlite-rules.ts'
import { fileOf, fileTarget, isSameFile, readSqliteTarget, truePath } from './sqlite-target.ts'
import { watchConnections } from './watch-connections.ts'
import { writtenTables } from './written-tables.ts'

/**
 * Makes the dialect for one project.
 * @param root the project, whose own driver is loaded on first use
 * @param settings what the project sets for every database
 */
export function createSqliteDialect(root: string, settings: TargetSettings = noSettings): Dialect {
  let loaded: SqliteDriver | undefined
  const driver = (): SqliteDriver => {
    loaded ??= loadSqliteDriver(root)
    return loaded
  }

  return {
    name: 'sqlite',
    driver: 'sqlite3',
    defaultThrowaway: (folder) => `sqlite:${relative(root, join(folder, 'throwaway.db'))}`,
    readTarget: readSqliteTarget,
    scratch: (folder, name) => withSettingsOf(fileTarget(join(folder, `${name}.db`), root), settings),
    door: (dev, job) => doorRule(dev, job),
    refusalOf: (sql, dev) => refusalOf(sql, [doorRule(dev, dev)]),
    isSame: (a, b) => a.dialect === b.dialect && isSameFile(fileOf(a), fileOf(b)),
    knownNames: (target) => knownNames(fileOf(target), root),
    exists: async (target) => existsSync(fileOf(target)),
    openForReading: (target, waitMs) => openSqlite(driver(), fileOf(target), 'read', waitMs),
    openForWriting: (target) => openSqlite(driver(), fileOf(target), 'create'),
    async openScratch(target) {
      const connection = await openSqlite(driver(), fileOf(target), 'create')
      // https://www.sqlite.org/pragma.html#pragma_synchronous and #pragma_journal_mode: both are this connection's alone.
      await connection.run('PRAGMA synchronous = OFF')
      const [row] = await connection.all('PRAGMA journal_mode')
      // Code of the project's may have switched it to WAL, and to leave that takes a lock which its connection does not give.
      const isWal = row?.journal_mode === 'wal'
      if (!isWal) await connection.run('PRAGMA journal_mode = MEMORY')
      return connection
    },
    loadDriver: () => void driver(),
    async hasOpenTransaction(target) {
      const connection = await openSqlite(driver(), fileOf(target), 'look')
      try {
        await connection.run('BEGIN IMMEDIATE; ROLLBACK')
        return false
      } catch (error) {
        if (/BUSY|LOCKED/.test(codeOf(error))) return true
        throw error
      } finally {
        await connection.close()
      }
    },
    isDiskFull,
    async countTables(target, meta) {
      const connection = await openSqlite(driver(), fileOf(target), 'read')
      const query =
        "SELECT count(*) AS tables FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name IS NOT ?"
      const besides = meta === undefined ? null : metaTableName(meta)
      const [row] = await connection.all(query, [besides]).finally(() => connection.close())
      return Number(row?.tables)
    },
    async schemaToken(target) {
      const connection = await openSqlite(driver(), fileOf(target), 'read')
      const [row] = await connection.all('PRAGMA schema_version').finally(() => connection.close())
      return String(row?.schema_version)
    },
    readMetaTable,
    readLedger,
    readStoredCode,
    async writeLedger(copy, change) {
      const connection = await openSqlite(driver(), fileOf(copy), 'write')
      await writeLedger(connection, change).finally(() => connection.close())
    },
    recordNames,
    recordStatementsOf,
    forgetStatementsOf: forgetStatements,
    schemaScript,
    rules: sqliteRules,
    plan: planSqlite,
    modelType,
    rebuildFunction,
    absentFunction,
    rebuildSql,
    transactionSql,
    hazardsOf,
    foreseeBroken: (from, changes, dev) => foreseeBroken(driver(), from, changes, dev),
    async findBroken(scratch, indexed) {
      const connection = await openSqlite(driver(), fileOf(scratch), 'write')
      return findBroken(connection, indexed).finally(() => connection.close())
    },
    blamedObject,
    writtenTables,
    findLosses: (request) => findLosses(driver(), request),
    compareKept: (request) => compareKept(driver(), request),
    lintStatements: (request) => lintStatements(driver(), request),
    async introspect(target, meta) {
      const connection = await openSqlite(driver(), fileOf(target), 'read')
      return introspectSqlite(connection, new Set([metaTableName(meta), ledgerTable])).finally(() => connection.close())
    },
    observe: (target) => observeSqlite(driver(), fileOf(target)),
    // SQLite keeps them beside the file itself, not beside a link to it.
    filesOf: (target) => ['', '-wal', '-journal'].map((suffix) => `${truePath(fileOf(target))}${suffix}`),

    async prepareScratch(scratch) {
      makeOwnFolder(dirname(fileOf(scratch)))
      removeSqlite(fileOf(scratch))
      // Rows of dev, or what a seeder puts there, are nobody else's to read.
      writeFileSync(fileOf(scratch), '', { mode: 0o600 })
      const connection = await openSqlite(driver(), fileOf(scratch), 'create')
      // Nobody waits for the disk: whoever loses power builds again.
      await connection
        .run(`PRAGMA synchronous = OFF; PRAGMA application_id = ${mark}`)
        .finally(() => connection.close())
    },
    removeScratch: async (scratch) => removeSqlite(fileOf(scratch)),
    checkThrowaway: async (throwaway, folder) => checkOwnThrowaway(fileOf(throwaway), folder),
    publish: (build, throwaway, folder) => publishSqlite(driver(), fileOf(build), fileOf(throwaway), folder),

    sizeOf: async (target) => statSync(fileOf(target), { throwIfNoEntry: false })?.size ?? 0,
    seal: (snapshot, of) => sealSqlite(fileOf(snapshot), fileOf(of)),
    sealFault: (snapshot, bytes, seal) => sealFault(driver(), fileOf(snapshot), bytes, seal),
    holds: (live, snapshot, scratch, waitMs) =>
      holdsSqlite(driver(), fileOf(live), fileOf(snapshot), fileOf(scratch), waitMs),
    tidySnapshot: (snapshot) => tidySnapshot(fileOf(snapshot)),
    compareContents: (before, after, waitMs) => compareContents(driver(), fileOf(before), fileOf(after), waitMs),
    copy: (from, to, waitMs) => copyLive(driver(), fileOf(from), fileOf(to), waitMs),
    copyForTrial: async (from, to, waitMs) =>
      copyForTrial(driver(), fileOf(from), fileOf(to), statSync(fileOf(from)).size, waitMs),
    checkpoint: (from, to) => copyWhole(driver(), fileOf(from), fileOf(to)),
    flush: (target) => flushFile(fileOf(target)),
    change: (request) => changeSqlite(driver(), request),

    splitStatements,
    controlsTransactions,
    joinInserts,
    quicken: quickenScript,
    hurry: (scratch) => hurryConnections(driver(), fileOf(scratch)),
    watchConnections: (target, onConnection) => watchConnections(driver(), fileOf(target), onConnection),
    async joinConnection(send) {
      // The journal stays a file: whoever is killed in mid-transaction leaves one that is rolled back.
      for (const sql of ['PRAGMA synchronous = OFF', 'BEGIN']) await send(sql)
      return async () => void (await send('COMMIT'))
    },
    recordStatements: (onStatement) => recordStatements(driver(), onStatement),
  }
}
