/** Does anybody but this process use a database? */
import { readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { observeSqlite } from './observe-sqlite.ts'
import type { SqliteDriver } from './sqlite-driver.ts'
import { truePath } from './sqlite-target.ts'

/** How long it is watched, in milliseconds: an application that is busy writes again within it. */
const watchedMs = 1000
const pollMs = 25

/**
 * Looks whether another process has a file open or writes to it. No code of the project's may run meanwhile.
 * @param driver the sqlite3 package
 * @param file absolute path
 * @returns false where nothing was seen, which is no proof
 */
export async function isUsedByOthers(driver: SqliteDriver, file: string): Promise<boolean> {
  const observer = await observeSqlite(driver, file)
  try {
    const deadline = Date.now() + watchedMs
    while (Date.now() < deadline) {
      if (isOpenElsewhere(file) || (await observer.hasChanged())) return true
      await sleep(pollMs)
    }
    return false
  } finally {
    await observer.close()
  }
}

/** Where the system lists the files of its processes: https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html */
function isOpenElsewhere(file: string): boolean {
  const path = truePath(file)
  const isOwn = (link: string): boolean => link === path || link === `${path}-wal`
  return namesIn('/proc').some(
    (name) =>
      /^\d+$/.test(name) &&
      Number(name) !== process.pid &&
      namesIn(`/proc/${name}/fd`).some((descriptor) => isOwn(linkOf(`/proc/${name}/fd/${descriptor}`))),
  )
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
