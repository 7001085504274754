/** How a working copy is begun, and brought into the form in which it can become dev. */
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import type { Target } from '../../database/target.ts'
import { reach } from '../../process/reach.ts'
import type { ChangeRequest, WorkResult } from '../dialect.ts'
import { copyClosed, removeSqlite, settle } from './copy-sqlite.ts'
import { writeFirstPage } from './first-page.ts'
import { readClosedHeader, readHeader } from './observe-sqlite.ts'
import { openSqlite } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { fileOf } from './sqlite-target.ts'

/**
 * Makes the working copy, and runs the work on it.
 * @param dev a copy of dev as it is, or null where there is none
 */
export async function workOnCopy<Outcome>(
  driver: SqliteDriver,
  request: ChangeRequest<Outcome>,
  dev: string | null,
): Promise<WorkResult<Outcome>> {
  const copy = fileOf(request.copy)
  const from = request.startFrom !== undefined ? fileOf(request.startFrom) : request.fromEmpty === true ? null : dev
  removeWork(request.folder)
  mkdirSync(request.folder, { recursive: true, mode: 0o700 })
  if (from === null) writeFirstPage(copy, dev)
  else copyClosed(from, copy)
  // A copy in WAL mode would leave files of its own beside it; the live file keeps its mode, whatever the copy's is.
  await settle(driver, copy)
  reach('copy-made')
  return request.work(request.copy)
}

/**
 * Brings the copy into the form in which it can enter, and to where it is to stay.
 * @returns where it is now
 */
export async function finishCopy(
  driver: SqliteDriver,
  copy: string,
  live: string,
  entered: Target | undefined,
): Promise<string> {
  await settle(driver, copy)
  // A copy without a page would empty dev at the first step, before anybody looks: https://www.sqlite.org/c3ref/backup_finish.html
  if (readClosedHeader(copy).pageSize === 0) writeFirstPage(copy, null)
  const { isWal, pageSize } = readHeader(live)
  // Under WAL another page size cannot enter. A file without a page has none yet.
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
export async function keepEntered(driver: SqliteDriver, copy: string, entered: Target | undefined): Promise<void> {
  await settle(driver, copy)
  if (readClosedHeader(copy).pageSize === 0) writeFirstPage(copy, null)
  if (entered === undefined) return
  try {
    copyClosed(copy, fileOf(entered))
  } catch {
    removeSqlite(fileOf(entered))
  }
}

/** What entered is only kept where it did. */
export const forgetEntered = ({ entered }: ChangeRequest<unknown>): void => {
  if (entered !== undefined) removeSqlite(fileOf(entered))
}

export const removeWork = (folder: string): void => rmSync(folder, { recursive: true, force: true })
