/** What becomes of the files of a database that is gone, before a new one takes its name. */
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeOwnFolder } from '../../process/make-own-folder.ts'

/**
 * Moves a -wal, -shm or -journal away that would become a part of a new database of that name. Nothing is removed: they may hold what somebody
 * wrote last. https://www.sqlite.org/howtocorrupt.html#_mispairing_database_files_and_hot_journals_
 * @param live where the new one is to be; no file is there
 * @param folder where they go, in a folder of their own
 * @returns where they are now
 */
export function moveAside(live: string, folder: string): readonly string[] {
  const left = ['-wal', '-shm', '-journal'].map((suffix) => `${live}${suffix}`).filter((file) => existsSync(file))
  if (left.length === 0 || existsSync(live)) return []
  const stamp = new Date().toISOString().replace(/\D/g, '')
  let place = join(folder, stamp)
  for (let count = 2; existsSync(place); count++) place = join(folder, `${stamp}-${count}`)
  makeOwnFolder(place)
  return left.map((file) => move(file, join(place, basename(file))))
}

function move(from: string, to: string): string {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    copyFileSync(from, to)
    rmSync(from)
  }
  return to
}
