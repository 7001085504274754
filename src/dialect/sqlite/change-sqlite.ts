/**
 * How a change of the dev database is atomic on SQLite, also under SIGKILL and beside a running application:
 * the work runs on a copy, and the copy enters the live file as one backup transaction, if nobody wrote meanwhile.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Target } from '../../database/target.ts'
import { DevdbError } from '../../error.ts'
import type { ChangeRequest, ChangeResult } from '../dialect.ts'
import { copyClosed, copyLive, removeSqlite, settle, stepWithin } from './copy-sqlite.ts'
import { isSameStamp, openStamper, readClosedHeader, readHeader, type Stamp, type Stamper } from './observe-sqlite.ts'
import { openSqlite } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { fileOf, truePath } from './sqlite-target.ts'

const maxAttempts = 5

/**
 * Makes the change.
 * @param driver the sqlite3 package
 * @param request what to do, and where the copies go
 * @throws DevdbError `dev-busy` when someone wrote to it during each of five attempts, or held its lock; whatever `work` throws
 */
export async function changeSqlite<Outcome>(
  driver: SqliteDriver,
  request: ChangeRequest<Outcome>,
): Promise<ChangeResult<Outcome>> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const result = existsSync(fileOf(request.dev)) ? await tryChange(driver, request) : await tryCreate(driver, request)
    if (result !== null) return result
    request.onRetry(attempt, `${request.dev.label} was written to meanwhile`)
  }
  throw new DevdbError(
    'dev-busy',
    `an application wrote to ${request.dev.label} during each of ${maxAttempts} attempts; nothing was changed`,
    {
      hint: 'stop what writes to it, then repeat',
    },
  )
}

/** One attempt on an existing file. Null: someone wrote to it, so nothing was done. */
async function tryChange<Outcome>(
  driver: SqliteDriver,
  request: ChangeRequest<Outcome>,
): Promise<ChangeResult<Outcome> | null> {
  const live = fileOf(request.dev)
  const snapshot = fileOf(request.snapshot)
  const stamper = await openStamper(driver, live, request.waitMs)
  let isEntered = false
  try {
    const before = await stamper.stamp()
    const bytes = await copyLive(driver, live, snapshot, request.waitMs)
    const { outcome, enter } = await workOnCopy(driver, request, snapshot)
    if (enter === null) return { outcome, changed: false, kept: false }
    syncFile(snapshot)
    const copy = await finish(driver, fileOf(enter), live, request.entered)
    await request.keepSnapshot(bytes)
    await request.onEnter?.()
    isEntered = await enterLive(driver, copy, live, stamper, before, request.waitMs)
    return isEntered ? { outcome, changed: true, kept: true } : null
  } finally {
    // Whether dev was changed no longer depends on it.
    await stamper.close().catch(() => undefined)
    if (!isEntered) {
      await request.dropSnapshot()
      removeSqlite(snapshot)
      forgetEntered(request)
    }
    removeWork(request.folder)
  }
}

/** One attempt where there is no file yet. Null: someone made one meanwhile. */
async function tryCreate<Outcome>(
  driver: SqliteDriver,
  request: ChangeRequest<Outcome>,
): Promise<ChangeResult<Outcome> | null> {
  let isPlaced = false
  try {
    const { outcome, enter } = await workOnCopy(driver, request, null)
    if (enter === null) return { outcome, changed: false, kept: false }
    await keepEntered(driver, fileOf(enter), request.entered)
    await request.onEnter?.()
    const isWal = request.startFrom !== undefined && readClosedHeader(fileOf(request.startFrom)).isWal
    isPlaced = await placeNew(driver, fileOf(enter), fileOf(request.dev), isWal)
    return isPlaced ? { outcome, changed: true, kept: false } : null
  } finally {
    if (!isPlaced) forgetEntered(request)
    removeWork(request.folder)
  }
}

/** @param dev a copy of dev as it is, or null where there is none */
async function workOnCopy<Outcome>(driver: SqliteDriver, request: ChangeRequest<Outcome>, dev: string | null) {
  const copy = fileOf(request.copy)
  const from = request.startFrom !== undefined ? fileOf(request.startFrom) : request.fromEmpty === true ? null : dev
  removeWork(request.folder)
  mkdirSync(request.folder, { recursive: true })
  if (from === null) writeFileSync(copy, '')
  else copyClosed(from, copy)
  // A copy in WAL mode would leave files of its own beside it; the live file keeps its mode, whatever the copy's is.
  await settle(driver, copy)
  return request.work(request.copy)
}

/**
 * Enters a finished copy into the live file as one transaction. `step(0)` takes the write lock and copies nothing; only then is it certain
 * that nobody can write any more, and it is looked whether anybody did.
 * @returns false when somebody wrote since `before`; the live file is then as they left it
 */
async function enterLive(
  driver: SqliteDriver,
  copy: string,
  live: string,
  stamper: Stamper,
  before: Stamp,
  waitMs: number,
): Promise<boolean> {
  const writer = await openSqlite(driver, live, 'write')
  try {
    const backup = await writer.openBackup(copy, 'in')
    try {
      await stepWithin(backup, 0, waitMs, live)
      if (!isSameStamp(before, await stamper.stamp())) return false
      await stepWithin(backup, -1, waitMs, live)
      return true
    } finally {
      await backup.finish()
    }
  } finally {
    await writer.close().catch(() => undefined)
  }
}

/**
 * Brings the copy into the form in which it can enter, and to where it is to stay.
 * @returns where it is now
 */
async function finish(driver: SqliteDriver, copy: string, live: string, entered: Target | undefined): Promise<string> {
  await settle(driver, copy)
  const { isWal, pageSize } = readHeader(live)
  // Under WAL another page size cannot enter: https://www.sqlite.org/c3ref/backup_finish.html
  if (isWal && pageSize !== readClosedHeader(copy).pageSize) await setPageSize(driver, copy, pageSize)
  if (entered === undefined) return copy
  try {
    removeSqlite(fileOf(entered))
    renameSync(copy, fileOf(entered))
    return fileOf(entered)
  } catch {
    // On another file system: it is only for comparing.
    return copy
  }
}

/** https://www.sqlite.org/pragma.html#pragma_page_size */
async function setPageSize(driver: SqliteDriver, copy: string, pageSize: number): Promise<void> {
  const connection = await openSqlite(driver, copy, 'write')
  await connection.run(`PRAGMA page_size = ${pageSize}; VACUUM`).finally(() => connection.close())
}

/** A second copy of what is about to take the place where no dev is. Not worth a failure. */
async function keepEntered(driver: SqliteDriver, copy: string, entered: Target | undefined): Promise<void> {
  if (entered === undefined) return
  await settle(driver, copy)
  try {
    copyClosed(copy, fileOf(entered))
  } catch {
    removeSqlite(fileOf(entered))
  }
}

const forgetEntered = ({ entered }: ChangeRequest<unknown>): void => {
  if (entered !== undefined) removeSqlite(fileOf(entered))
}

/** Moves a finished copy to a name that must be free: a link fails where a rename would replace. `isWal`: it is put there in WAL mode. False: the name is taken. */
export async function placeNew(driver: SqliteDriver, copy: string, path: string, isWal = false): Promise<boolean> {
  const live = truePath(path)
  mkdirSync(dirname(live), { recursive: true })
  await settle(driver, copy, isWal ? ['journal_mode = WAL'] : [])
  syncFile(copy)
  try {
    linkSync(copy, live)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    // Another file system, or one without links.
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'ENOTSUP') throw error
    if (existsSync(live)) return false
    const beside = `${live}.devdb-${process.pid}`
    copyClosed(copy, beside)
    syncFile(beside)
    renameSync(beside, live)
  }
  removeSqlite(copy)
  return true
}

const removeWork = (folder: string): void => rmSync(folder, { recursive: true, force: true })

function syncFile(file: string): void {
  if (!existsSync(file)) return
  const descriptor = openSync(file, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
