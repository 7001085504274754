/** How a database is put where none is, whole from its first moment on. */
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { reach } from '../../process/reach.ts'
import { copyClosed, removeSqlite, settle } from './copy-sqlite.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { truePath } from './sqlite-target.ts'

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
  reach('dev-placed')
  removeSqlite(copy)
  return true
}

/** Waits until the disk has it. */
export function syncFile(file: string): void {
  if (!existsSync(file)) return
  const descriptor = openSync(file, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
