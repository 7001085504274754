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
import { DevdbError } from '../../error.ts'
import type { ChangeRequest, ChangeResult } from '../dialect.ts'
import { copyClosed, copyLive, removeSqlite, settle, stepWithin } from './copy-sqlite.ts'
import { isSameStamp, openStamper, type Stamp, type Stamper } from './observe-sqlite.ts'
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
    const { outcome, enter } = await workOnCopy(driver, request, request.fromEmpty === true ? null : snapshot)
    if (enter === null) return { outcome, changed: false, kept: false }
    syncFile(snapshot)
    await request.keepSnapshot(bytes)
    isEntered = await enterLive(driver, fileOf(enter), live, stamper, before, request.waitMs)
    return isEntered ? { outcome, changed: true, kept: true } : null
  } finally {
    await stamper.close()
    if (!isEntered) {
      await request.dropSnapshot()
      removeSqlite(snapshot)
    }
    removeWork(request.folder)
  }
}

/** One attempt where there is no file yet. Null: someone made one meanwhile. */
async function tryCreate<Outcome>(
  driver: SqliteDriver,
  request: ChangeRequest<Outcome>,
): Promise<ChangeResult<Outcome> | null> {
  try {
    const { outcome, enter } = await workOnCopy(driver, request, null)
    if (enter === null) return { outcome, changed: false, kept: false }
    const isPlaced = await placeNew(driver, fileOf(enter), fileOf(request.dev))
    return isPlaced ? { outcome, changed: true, kept: false } : null
  } finally {
    removeWork(request.folder)
  }
}

async function workOnCopy<Outcome>(driver: SqliteDriver, request: ChangeRequest<Outcome>, from: string | null) {
  const copy = fileOf(request.copy)
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
  await settle(driver, copy)
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
    await writer.close()
  }
}

/** Moves a finished copy to a name that must be free: a link fails where a rename would replace. False: the name is taken. */
export async function placeNew(driver: SqliteDriver, copy: string, path: string): Promise<boolean> {
  const live = truePath(path)
  mkdirSync(dirname(live), { recursive: true })
  await settle(driver, copy)
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
