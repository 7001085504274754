/**
 * How a change of the dev database is atomic on SQLite, also under SIGKILL and beside a running application:
 * the work runs on a copy, and the copy enters the live file as one backup transaction, if nobody wrote meanwhile.
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../../database/target.ts'
import { DevdbError } from '../../error.ts'
import { reach } from '../../process/reach.ts'
import type { ChangeRequest, ChangeResult } from '../dialect.ts'
import { copyClosed, copyLive, copyLocked, removeSqlite, settle, stepWithin } from './copy-sqlite.ts'
import { isSameStamp, openStamper, readClosedHeader, readHeader, type Stamp, type Stamper } from './observe-sqlite.ts'
import { placeNew, syncFile } from './place-new.ts'
import { openSqlite } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { fileOf } from './sqlite-target.ts'

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
    reach('dev-copied')
    const { outcome, enter } = await workOnCopy(driver, request, snapshot)
    if (enter === null) return { outcome, changed: false, kept: false }
    syncFile(snapshot)
    const copy = await finish(driver, fileOf(enter), live, request.entered)
    reach('copy-finished')
    await request.keepSnapshot(bytes)
    await request.onEnter?.()
    const again = request.startFrom === undefined ? null : () => snapshotAgain(driver, request)
    isEntered = await enterLive(driver, copy, live, stamper, before, request.waitMs, again)
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
    reach('work-removed')
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
  reach('copy-made')
  return request.work(request.copy)
}

/**
 * Enters a finished copy into the live file as one transaction. `step(0)` takes the write lock and copies nothing; only then is it certain
 * that nobody can write any more, and it is looked whether anybody did.
 * @param again makes the snapshot anew under the lock, where what was written is to be replaced; null where it is not
 * @returns false when somebody wrote since `before`; the live file is then as they left it
 */
async function enterLive(
  driver: SqliteDriver,
  copy: string,
  live: string,
  stamper: Stamper,
  before: Stamp,
  waitMs: number,
  again: (() => Promise<void>) | null,
): Promise<boolean> {
  const half = halfOf(copy)
  const writer = await openSqlite(driver, live, 'write')
  try {
    const backup = await writer.openBackup(copy, 'in')
    try {
      await stepWithin(backup, 0, waitMs, live)
      reach('dev-locked')
      const now = await stamper.stamp()
      if (now.identity !== before.identity || (again === null && !isSameStamp(before, now))) return false
      if (!isSameStamp(before, now)) await again?.()
      await stepWithin(backup, half, waitMs, live)
      reach('dev-half-entered')
      await stepWithin(backup, -1, waitMs, live)
      reach('dev-entered')
      return true
    } finally {
      await backup.finish()
    }
  } finally {
    await writer.close().catch(() => undefined)
  }
}

/** Half of the pages. The lock is held from step to step, and nothing is in before the last: https://www.sqlite.org/c3ref/backup_finish.html */
function halfOf(copy: string): number {
  const { pageSize } = readClosedHeader(copy)
  return pageSize === 0 ? 1 : Math.max(1, Math.floor(statSync(copy).size / pageSize / 2))
}

/** Takes the snapshot's place at once, so that there is a whole one at any moment. */
async function snapshotAgain(driver: SqliteDriver, request: ChangeRequest<unknown>): Promise<void> {
  const copy = join(request.folder, 'again.db')
  const bytes = await copyLocked(driver, fileOf(request.dev), copy, request.waitMs)
  syncFile(copy)
  renameSync(copy, fileOf(request.snapshot))
  await request.keepSnapshot(bytes)
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

const removeWork = (folder: string): void => rmSync(folder, { recursive: true, force: true })
