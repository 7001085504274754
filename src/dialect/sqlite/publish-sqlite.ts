/** How a finished build takes the throwaway's place, and which files may be overwritten at all. */
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DevdbError, fromProblem } from '../../error.ts'
import { makeOwnFolder } from '../../process/make-own-folder.ts'
import { systemProblem } from '../../system-error.ts'
import { copyClosed, copyLive, removeSqlite, settle, stepWithin } from './copy-sqlite.ts'
import { readClosedHeader } from './observe-sqlite.ts'
import { placeNew } from './place-new.ts'
import { openSqlite } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { truePath } from './sqlite-target.ts'

/** "DVDB": what `PRAGMA application_id` says of a throwaway. https://www.sqlite.org/pragma.html#pragma_application_id */
export const mark = 0x44564442

const readersWaitMs = 2000

/**
 * Checks that a file may be overwritten: it is absent, or it carries the mark *and* is recorded as this project's. The mark travels with
 * every copy, so it alone proves nothing.
 * @param file the throwaway
 * @param folder devdb's folder in the project
 * @throws DevdbError `throwaway-not-ours`
 */
export function checkOwnThrowaway(file: string, folder: string): void {
  if (!existsSync(file)) return
  const reason = !isRecorded(file, folder) ? 'was not made by devdb for this project' : markFault(file)
  if (reason === null) return
  throw new DevdbError('throwaway-not-ours', `${file} ${reason}, so it is left alone`, {
    file,
    hint: `choose another throwaway in the configuration, or remove the file yourself: rm '${file}'`,
  })
}

/**
 * Puts a build in place. A backup transaction into the live file serves connections that are open at their next read; renaming over a file
 * that is open in WAL mode would break it for them. Only where readers block it for 2 s, or the page sizes differ, is the file replaced.
 * @param driver the sqlite3 package
 * @param build the finished build; it may be gone afterwards
 * @param live the throwaway
 * @param folder devdb's folder in the project
 * @returns files of a dead database that were in the way, where they are now
 * @throws DevdbError `throwaway-not-ours`, `throwaway-failed`
 */
export async function publishSqlite(
  driver: SqliteDriver,
  build: string,
  live: string,
  folder: string,
): Promise<readonly string[]> {
  checkOwnThrowaway(live, folder)
  record(live, folder)
  try {
    const finished = await ownCopy(driver, build)
    // A step may have made the file anew, or left rows in its -wal.
    if (!isSettled(finished)) await settle(driver, finished, [`application_id = ${mark}`])
    if (!existsSync(live)) {
      const { isPlaced, moved } = await placeNew(driver, {
        copy: finished,
        path: live,
        aside: join(folder, 'leftovers'),
      })
      if (isPlaced) return moved
    }
    checkOwnThrowaway(live, folder)
    if (!(await enterThrowaway(driver, finished, live))) replace(finished, truePath(live))
    if (finished !== build) removeSqlite(finished)
    return []
  } catch (error) {
    if (error instanceof DevdbError && error.code === 'throwaway-not-ours') throw error
    const fault = systemProblem(error as Error)
    if (fault !== null && fault.code !== 'file-failed') throw fromProblem(fault)
    if (error instanceof DevdbError && /^(?:disk|limit)-/.test(error.code)) throw error
    throw new DevdbError('throwaway-failed', `the build could not be put in place: ${(error as Error).message}`, {
      file: live,
      hint: `remove it, then repeat: rm '${live}'`,
      cause: error,
    })
  }
}

/** Whether a build is one file that carries the mark. */
const isSettled = (build: string): boolean =>
  !['-wal', '-journal'].some((suffix) => existsSync(`${build}${suffix}`)) &&
  markFault(build) === null &&
  !readClosedHeader(build).isWal

/** A file that leaves WAL mode must be nobody else's, and models that switched theirs to it may have it open still. */
async function ownCopy(driver: SqliteDriver, build: string): Promise<string> {
  if (!readClosedHeader(build).isWal) return build
  const copy = `${build}.copy`
  await copyLive(driver, build, copy, readersWaitMs)
  return copy
}

async function enterThrowaway(driver: SqliteDriver, build: string, live: string): Promise<boolean> {
  const writer = await openSqlite(driver, live, 'write')
  try {
    await writer.all('PRAGMA synchronous = OFF')
    const backup = await writer.openBackup(build, 'in')
    try {
      await stepWithin(backup, -1, readersWaitMs, live)
      return true
    } finally {
      await backup.finish()
    }
  } catch {
    return false
  } finally {
    await writer.close()
  }
}

function replace(build: string, live: string): void {
  const beside = join(dirname(live), `.${process.pid}.devdb-build`)
  copyClosed(build, beside)
  chmodSync(beside, statSync(live).mode & 0o777)
  removeSqlite(live)
  renameSync(beside, live)
}

/** Read from the header's bytes, at offset 68, so that no lock is in the way. https://www.sqlite.org/fileformat2.html#application_id */
function markFault(file: string): string | null {
  if (!statSync(file).isFile()) return 'is no file'
  const header = Buffer.alloc(72)
  const descriptor = openSync(file, 'r')
  try {
    const isMarked = readSync(descriptor, header, 0, 72, 0) === 72 && header.readUInt32BE(68) === mark
    return isMarked ? null : "does not carry devdb's mark"
  } finally {
    closeSync(descriptor)
  }
}

const recordFile = (folder: string): string => join(folder, 'owned.json')

function readRecord(folder: string): readonly string[] {
  try {
    const { files } = JSON.parse(readFileSync(recordFile(folder), 'utf8')) as { files?: unknown }
    return Array.isArray(files) ? files.filter((file) => typeof file === 'string') : []
  } catch {
    return []
  }
}

/** The record holds the folder's own real path too, so that a copied project does not take its original's databases for its own. */
const entryOf = (file: string, folder: string): string => `${truePath(folder)} ${truePath(file)}`

const isRecorded = (file: string, folder: string): boolean => readRecord(folder).includes(entryOf(file, folder))

function record(file: string, folder: string): void {
  const entry = entryOf(file, folder)
  const files = readRecord(folder)
  if (files.includes(entry)) return
  makeOwnFolder(folder)
  const temporary = `${recordFile(folder)}.new`
  writeFileSync(temporary, `${JSON.stringify({ files: [...files, entry] }, null, 2)}\n`)
  renameSync(temporary, recordFile(folder))
}
