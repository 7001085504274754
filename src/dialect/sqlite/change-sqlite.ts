/**
 * How a change of the dev database is atomic on SQLite, also under SIGKILL and beside a running application:
 * the work runs on a copy, and the copy enters the live file as one backup transaction, if nobody wrote meanwhile.
 */
import { existsSync, statSync } from 'node:fs'
import { DevdbError } from '../../error.ts'
import { reach } from '../../process/reach.ts'
import type { ChangeRequest, ChangeResult } from '../dialect.ts'
import { copyLive, copyLocked, removeSqlite } from './copy-sqlite.ts'
import { enterLive, type Progress } from './enter-live.ts'
import { finishCopy, forgetEntered, keepEntered, removeWork, workOnCopy } from './finish-copy.ts'
import { isSameStamp, openStamper, readClosedHeader, type Stamp, type Stamper } from './observe-sqlite.ts'
import { placeNew, syncFile } from './place-new.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { fileOf, truePath } from './sqlite-target.ts'
import { isUsedByOthers } from './used-by-others.ts'
import { takeWriteLock, type WriteLock } from './write-lock.ts'

const maxAttempts = 5

/** What came of one attempt. `result` null: dev was changed by somebody else meanwhile; `isAtWork`: it was while the work ran, and at no other moment. */
interface Tried<Outcome> {
  readonly result: ChangeResult<Outcome> | null
  readonly isAtWork: boolean
}

/**
 * Makes the change. Where dev changed while code of the project's ran, and nobody else is seen to use it, that code is not run again.
 * Otherwise the next attempt holds the write lock of dev from its first step on: writers wait, and whatever the work does reaches dev no more.
 * @param driver the sqlite3 package
 * @param request what to do, and where the copies go
 * @throws DevdbError `dev-busy` when someone wrote to it during each of five attempts, or held its lock; `dev-touched`; whatever `work` throws
 */
export async function changeSqlite<Outcome>(
  driver: SqliteDriver,
  request: ChangeRequest<Outcome>,
): Promise<ChangeResult<Outcome>> {
  const live = fileOf(request.dev)
  const { label } = request.dev
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const isThere = existsSync(live)
    const tried = isThere ? await tryChange(driver, request, attempt > 1) : await tryCreate(driver, request)
    if (tried.result !== null) return tried.result
    if (tried.isAtWork && request.runsCode === true && !(await isUsedByOthers(driver, live))) throw touched(label)
    request.onRetry(attempt, `${label} was written to meanwhile`)
  }
  throw new DevdbError(
    'dev-busy',
    `somebody else wrote to ${label} during each of ${maxAttempts} attempts; this change was not made`,
    { hint: 'stop what writes to it, then repeat' },
  )
}

const touched = (label: string): DevdbError =>
  new DevdbError(
    'dev-touched',
    `${label} changed while code of the project ran on a copy of it: that code reached ${label} itself, or an application wrote to it; this change was not made`,
  )

/** One attempt on an existing file, from its first step to its last. */
interface Attempt<Outcome> {
  readonly driver: SqliteDriver
  readonly request: ChangeRequest<Outcome>
  readonly live: string
  readonly stamper: Stamper
  readonly before: Stamp
  /** The copy of dev as it is before the change. */
  readonly snapshot: string
  readonly lock: WriteLock | null
  readonly progress: Progress
}

async function tryChange<Outcome>(
  driver: SqliteDriver,
  request: ChangeRequest<Outcome>,
  isLocked: boolean,
): Promise<Tried<Outcome>> {
  const live = fileOf(request.dev)
  const stamper = await openStamper(driver, live, request.waitMs)
  let lock: WriteLock | null = null
  try {
    lock = isLocked ? await takeWriteLock(driver, live, request.waitMs) : null
    const before = await stamper.stamp()
    const snapshot = fileOf(request.newSnapshot())
    const progress: Progress = { at: 'outside' }
    const attempt = { driver, request, live, stamper, before, snapshot, lock, progress }
    try {
      return await run(attempt)
    } finally {
      if (attempt.progress.at !== 'entered') await letGo(attempt)
    }
  } finally {
    // Whether dev was changed no longer depends on it.
    await lock?.release().catch(() => undefined)
    await stamper.close().catch(() => undefined)
    removeWork(request.folder)
    reach('work-removed')
  }
}

async function run<Outcome>(attempt: Attempt<Outcome>): Promise<Tried<Outcome>> {
  const { driver, request, live, stamper, before, snapshot, lock, progress } = attempt
  const bytes = await copyLive(driver, live, snapshot, request.waitMs)
  reach('dev-copied')
  await request.noteSnapshot(bytes)
  reach('snapshot-noted')
  const begun = await stamper.stamp()
  const { outcome, enter } = await workOnCopy(driver, request, snapshot)
  if (enter === null) return { result: { outcome, changed: false, kept: false }, isAtWork: false }
  const worked = await stamper.stamp()
  const isReplacing = request.startFrom !== undefined
  if (!isReplacing && !isSameStamp(before, worked)) return { result: null, isAtWork: isSameStamp(before, begun) }
  syncFile(snapshot)
  const copy = await finishCopy(driver, fileOf(enter), live, request.entered)
  reach('copy-finished')
  await request.keepSnapshot()
  await request.onEnter?.()
  let isAgain = false
  const again = async (): Promise<void> => {
    await snapshotAgain(driver, request)
    isAgain = true
  }
  const rest = { copy, live, stamper, before, waitMs: request.waitMs, lock }
  await enterLive(driver, { ...rest, again: isReplacing ? again : null }, progress)
  if (progress.at !== 'entered') return { result: null, isAtWork: false }
  // It is in, and recorded already: whatever becomes of its seal.
  if (isAgain) await request.keepSnapshot().catch(() => undefined)
  return { result: { outcome, changed: true, kept: true }, isAtWork: false }
}

/** Another snapshot, of what was written since the first one. That one stays: nobody knows who wrote. */
async function snapshotAgain(driver: SqliteDriver, request: ChangeRequest<unknown>): Promise<void> {
  const copy = fileOf(request.newSnapshot())
  const bytes = await copyLocked(driver, fileOf(request.dev), copy, request.waitMs)
  syncFile(copy)
  await request.noteSnapshot(bytes)
}

/** Nothing entered. The snapshot goes where dev provably is what it was; in doubt it stays. */
async function letGo({ request, live, stamper, before, snapshot, progress }: Attempt<unknown>): Promise<void> {
  const now = await stamper.stamp().catch(() => null)
  const isAsBefore = now !== null && isSameStamp(before, now)
  // What was handed over in part must have been rolled back, too.
  const isRolledBack = progress.at === 'outside' || !hasJournal(live)
  if (isAsBefore && isRolledBack) {
    await request.dropSnapshot()
    removeSqlite(snapshot)
  } else if (existsSync(snapshot) && progress.at === 'outside') await request.leaveSnapshot()
  if (progress.at === 'outside') forgetEntered(request)
}

const hasJournal = (live: string): boolean =>
  (statSync(`${truePath(live)}-journal`, { throwIfNoEntry: false })?.size ?? 0) > 0

/** One attempt where there is no file yet. */
async function tryCreate<Outcome>(driver: SqliteDriver, request: ChangeRequest<Outcome>): Promise<Tried<Outcome>> {
  let isPlaced = false
  try {
    const { outcome, enter } = await workOnCopy(driver, request, null)
    if (enter === null) return { result: { outcome, changed: false, kept: false }, isAtWork: false }
    await keepEntered(driver, fileOf(enter), request.entered)
    await request.onEnter?.()
    const from = request.startFrom === undefined ? null : fileOf(request.startFrom)
    const placed = await placeNew(driver, {
      copy: fileOf(enter),
      path: fileOf(request.dev),
      aside: request.aside,
      isWal: from !== null && readClosedHeader(from).isWal,
      mode: from === null ? null : (request.seal?.access ?? statSync(from).mode & 0o777),
    })
    if (placed.moved.length > 0) request.onMoved?.(placed.moved)
    isPlaced = placed.isPlaced
    return { result: isPlaced ? { outcome, changed: true, kept: false } : null, isAtWork: false }
  } finally {
    if (!isPlaced) forgetEntered(request)
    removeWork(request.folder)
  }
}
