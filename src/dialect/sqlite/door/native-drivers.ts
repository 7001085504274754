/**
 * The door at the SQLite drivers: each is changed when a process loads it, and then opens what the rules say.
 * Native drivers are seen at `process.dlopen`, whichever copy is loaded and by whom. They are known by their shape:
 * https://github.com/TryGhost/node-sqlite3, https://github.com/WiseLibs/better-sqlite3, https://github.com/tursodatabase/libsql-js
 */
import type { DoorRule } from '../../../door/door-rule.ts'
import { guardedSql } from './guarded-sql.ts'
import { openingOf } from './opened-file.ts'

/** The rules of this process, asked for at each call: devdb's own commands take them away. */
export type Rules = () => readonly DoorRule[]

// biome-ignore lint/suspicious/noExplicitAny: what drivers export is known by shape only
type Any = any
type AnyFunction = (this: unknown, ...values: Any[]) => unknown

/** https://www.sqlite.org/c3ref/open.html */
const flags = { readOnly: 0x1, readWrite: 0x2, create: 0x4, uri: 0x40, fullMutex: 0x10000 } as const

/** From now on drivers that this process loads keep the rules. */
export function watchNativeDrivers(rules: Rules): void {
  const { dlopen } = process
  process.dlopen = function (this: unknown, module: object, ...rest: unknown[]) {
    ;(dlopen as AnyFunction).call(this, module, ...rest)
    const { exports } = module as { exports?: Any }
    if (exports !== undefined && exports !== null) keepRules(exports, rules)
  } as typeof process.dlopen
}

function keepRules(driver: Any, rules: Rules): void {
  if (typeof driver.databaseOpen === 'function') keepInLibsql(driver, rules)
  else if (typeof driver.Database !== 'function') return
  else if (typeof driver.OPEN_READONLY === 'number' && typeof driver.Statement === 'function')
    keepInSqlite3(driver, rules)
  else if (typeof driver.setErrorConstructor === 'function') keepInBetterSqlite3(driver, rules)
}

/** `new Database(file, [mode], [callback])`, `new Statement(database, sql, …)`, `new Backup(database, file, …)` */
function keepInSqlite3(driver: Any, rules: Rules): void {
  const { exec } = driver.Database.prototype
  const readsUris = (): boolean => rules().some(({ job }) => job === null)
  driver.Database.prototype.exec = function (this: unknown, sql: unknown, ...rest: unknown[]) {
    return exec.call(this, textOf(sql, rules, readsUris()), ...rest)
  }
  driver.Database = constructedWith(driver.Database, ([name, ...rest]) => {
    const hasMode = typeof rest[0] === 'number'
    const mode = hasMode ? (rest[0] as number) : flags.readWrite | flags.create | flags.fullMutex
    const opening = typeof name === 'string' ? openingOf(name, rules()) : null
    const isUri = readsUris() || (mode & flags.uri) !== 0
    if (opening === null && !isUri) return [name, ...rest]
    const access = opening?.isReadOnly === true ? (mode & ~(flags.readWrite | flags.create)) | flags.readOnly : mode
    return [opening?.name ?? name, isUri ? access | flags.uri : access, ...(hasMode ? rest.slice(1) : rest)]
  })
  driver.Statement = constructedWith(driver.Statement, ([database, sql, ...rest]) => [
    database,
    textOf(sql, rules, readsUris()),
    ...rest,
  ])
  if (typeof driver.Backup !== 'function') return
  driver.Backup = constructedWith(driver.Backup, ([database, name, ...rest]) => [
    database,
    nameOf(name, rules),
    ...rest,
  ])
}

/** `new Database(file, fileGiven, isAnonymous, isReadOnly, mustExist, …)`; `prepare`, `exec` and `backup` are its own. */
function keepInBetterSqlite3(driver: Any, rules: Rules): void {
  const { prototype } = driver.Database
  keepSql(prototype, ['prepare', 'exec'], rules)
  const { backup } = prototype
  if (typeof backup === 'function')
    prototype.backup = function (this: unknown, database: unknown, attached: unknown, name: unknown, ...rest: Any[]) {
      return backup.call(this, database, attached, nameOf(name, rules), ...rest)
    }
  driver.Database = constructedWith(driver.Database, ([name, given, isAnonymous, isReadOnly, ...rest]) => {
    const opening = typeof name === 'string' ? openingOf(name, rules()) : null
    return [opening?.name ?? name, given, isAnonymous, opening?.isReadOnly === true || isReadOnly, ...rest]
  })
}

/** `databaseOpen(file, …)` has no way to open a file only for reading. */
function keepInLibsql(driver: Any, rules: Rules): void {
  for (const name of ['databaseOpen', 'databaseOpenWithSync', 'databaseOpenWithRpcSync']) {
    const open = driver[name]
    if (typeof open !== 'function') continue
    driver[name] = function (this: unknown, file: unknown, ...rest: unknown[]) {
      const opening = typeof file === 'string' ? openingOf(file, rules()) : null
      if (opening?.isReadOnly === true)
        throw new Error('devdb lets libsql read no dev database: it cannot open one for reading alone')
      return open.call(this, opening?.name ?? file, ...rest)
    }
  }
  // They are called on the handle of a database.
  keepSql(driver, ['databaseExecSync', 'databaseExecAsync', 'databasePrepareSync', 'databasePrepareAsync'], rules)
}

/** Wraps functions whose first argument is SQL. */
export function keepSql(prototype: Any, methods: readonly string[], rules: Rules): void {
  for (const method of methods) {
    const run = prototype[method]
    if (typeof run !== 'function') continue
    prototype[method] = function (this: unknown, sql: unknown, ...rest: unknown[]) {
      return run.call(this, textOf(sql, rules, false), ...rest)
    }
  }
}

/** A class whose constructor gets other arguments; classes that extend it, too. */
export const constructedWith = (original: Any, change: (values: readonly unknown[]) => unknown[]): Any => {
  const proxy: Any = new Proxy(original, {
    construct: (target, values, made) =>
      Reflect.construct(target, change(values), made === proxy ? target : made) as object,
  })
  return proxy
}

const textOf = (sql: unknown, rules: Rules, readsUris: boolean): unknown =>
  typeof sql === 'string' ? guardedSql(sql, rules(), readsUris) : sql

const nameOf = (name: unknown, rules: Rules): unknown =>
  typeof name === 'string' ? (openingOf(name, rules())?.name ?? name) : name
