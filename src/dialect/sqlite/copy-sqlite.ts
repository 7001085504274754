/** How a SQLite database is copied: a live one page by page through SQLite, a closed one as a file. */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DevdbError } from '../../error.ts'
import { makeOwnFolder } from '../../process/make-own-folder.ts'
import { descriptorOf, readHeader } from './observe-sqlite.ts'
import { openSqlite, type SqliteBackup } from './sqlite-connection.ts'
import type { SqliteDriver } from './sqlite-driver.ts'

const pollMs = 20

/**
 * Copies a live database, with what is still in its -wal file. A plain copy of the file would miss that.
 * @param driver the sqlite3 package
 * @param from the live file
 * @param to the new file; an existing one is replaced
 * @param waitMs how long a writer's lock is waited for, in milliseconds
 * @returns the copy's size in bytes
 * @throws DevdbError `dev-busy`, `dev-unreadable`, `disk-full`
 */
export async function copyLive(driver: SqliteDriver, from: string, to: string, waitMs: number): Promise<number> {
  makeOwnFolder(dirname(to))
  const connection = await openSqlite(driver, from, 'read', waitMs)
  try {
    makeLike(from, to)
    const backup = await connection.openBackup(to, 'out')
    try {
      if (!(await stepWithin(backup, -1, waitMs, from))) throw new Error(`${from} was not copied to its last page`)
    } finally {
      await backup.finish()
    }
  } catch (error) {
    removeSqlite(to)
    throw error
  } finally {
    await connection.close()
  }
  return statSync(to).size
}

/**
 * Copies a live database that this process holds the write lock on, so that nobody else can write.
 * @param driver the sqlite3 package
 * @param from the live file
 * @param to the new file; an existing one is replaced
 * @param waitMs as for `copyLive`
 * @returns the copy's size in bytes
 */
export async function copyLocked(driver: SqliteDriver, from: string, to: string, waitMs: number): Promise<number> {
  // Under WAL a writer locks no reader out.
  if (readHeader(from).isWal) return copyLive(driver, from, to, waitMs)
  // Otherwise it locks all of them out; the file is what was committed last, for nothing was written yet.
  const source = descriptorOf(from)
  if (source === null) throw new Error(`${from} is gone`)
  makeLike(from, to)
  const copy = openSync(to, 'r+')
  try {
    const block = Buffer.alloc(1 << 20)
    let bytes = 0
    for (;;) {
      const read = readSync(source, block, 0, block.length, bytes)
      if (read === 0) break
      // A nearly full disk takes less than it was given, and refuses the rest.
      for (let written = 0; written < read; ) written += writeSync(copy, block, written, read - written)
      bytes += read
    }
    return bytes
  } finally {
    closeSync(copy)
  }
}

/** Makes a file of no bytes that those may read who may read another one. This process may write it in any case. */
function makeLike(from: string, to: string): void {
  const mode = (statSync(from).mode & 0o666) | 0o600
  removeSqlite(to)
  closeSync(openSync(to, 'wx', mode))
  // What the umask took away.
  chmodSync(to, mode)
}

/**
 * Repeats a step of a page copy until no lock is in its way.
 * @param backup the copy
 * @param pages as for `step`
 * @param waitMs how long to try, in milliseconds
 * @param file named in the message
 * @returns whether all pages are copied, and the transaction is committed
 * @throws DevdbError `dev-busy`
 */
export async function stepWithin(backup: SqliteBackup, pages: number, waitMs: number, file: string): Promise<boolean> {
  const deadline = Date.now() + waitMs
  for (;;) {
    const result = await backup.step(pages)
    if (result !== 'locked') return result === 'done'
    if (Date.now() >= deadline) {
      throw new DevdbError('dev-busy', `${file} stayed locked by another connection for ${waitMs} ms`, {
        file,
        hint: 'end the transaction of the application that has it open, then repeat',
      })
    }
    await sleep(pollMs)
  }
}

/** Copies a file that no connection has open; shares its blocks where the file system can. */
export function copyClosed(from: string, to: string): void {
  removeSqlite(to)
  copyFileSync(from, to, constants.COPYFILE_FICLONE)
}

/** Copies a file that nobody writes to. What was committed may still be in its -wal; a -journal is that of a killed writer. */
export async function copyWhole(driver: SqliteDriver, from: string, to: string): Promise<void> {
  makeOwnFolder(dirname(to))
  if (['-wal', '-journal'].some((suffix) => existsSync(`${from}${suffix}`)))
    await copyLive(driver, from, to, wholeWaitMs)
  else copyClosed(from, to)
}

const wholeWaitMs = 1000

/** Waits until a file is on the disk. */
export async function flushFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Brings a finished copy into one file: what a killed process left in its -wal or -journal enters it, and it leaves WAL mode.
 * @param driver the sqlite3 package
 * @param file the copy, which nobody has open
 * @param pragmas more to set in the file
 */
export async function settle(driver: SqliteDriver, file: string, pragmas: readonly string[] = []): Promise<void> {
  const connection = await openSqlite(driver, file, 'write')
  try {
    for (const pragma of ['journal_mode = DELETE', ...pragmas]) await connection.all(`PRAGMA ${pragma}`)
  } finally {
    await connection.close()
  }
}

/** Removes a database with the files that belong to it. https://www.sqlite.org/tempfiles.html */
export function removeSqlite(file: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
}
