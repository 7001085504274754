/** What killed processes left in devdb's folder, by the process id in their names. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning } from '../process/is-running.ts'
import { holderOf } from './lock.ts'
import { isHere } from './lock-holder.ts'

/** `build.json.PID.new`, `.PID.devdb-build`, `practice-PID`. */
const names = [/\.(\d+)\.new$/, /^\.(\d+)\.devdb-/, /^practice-(\d+)\b/]

/**
 * Removes them. Those of processes that run stay, and so does what cannot be removed.
 * @param folder `.devdb`
 */
export function removeLeftovers(folder: string): void {
  if (isUsedElsewhere(folder)) return
  for (const place of [folder, join(folder, 'shadow'), join(folder, 'build')]) {
    for (const name of namesIn(place)) {
      const pid = names.map((pattern) => pattern.exec(name)?.[1]).find((found) => found !== undefined)
      if (pid !== undefined && !isRunning(Number(pid))) remove(join(place, name))
    }
  }
}

/** Ids of processes in another container mean nothing here: while one holds a lock, what looks left may be in use. */
function isUsedElsewhere(folder: string): boolean {
  return (['work', 'watch'] as const).some((name) => {
    const holder = holderOf(folder, name)
    return holder !== null && !isHere(holder)
  })
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // It does no harm.
  }
}
