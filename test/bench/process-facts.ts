/** What Linux says of a process and of all that it started. https://man7.org/linux/man-pages/man5/proc.5.html */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process with all its descendants, itself first. */
export function familyOf(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : null
    // The name stands in parentheses, and may hold any character.
    if (stat !== null) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const family = [pid]
  for (const one of family) for (const [child, parent] of parents) if (parent === one) family.push(child)
  return family
}

/** The processor time that all threads of processes have used, in milliseconds; of the threads that run still. */
export function cpuMs(pids: readonly number[]): number {
  let nanoseconds = 0
  for (const pid of pids) {
    for (const thread of list(`/proc/${pid}/task`)) {
      nanoseconds += Number(read(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[0] ?? 0)
    }
  }
  return nanoseconds / 1e6
}

/** Memory in MB. `pss`: pages that several processes share are divided among them. */
export function memoryOf(pid: number): { readonly rss: number; readonly pss: number } {
  const rollup = read(`/proc/${pid}/smaps_rollup`) ?? ''
  const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) / 1024
  return { rss: of('Rss'), pss: of('Pss') }
}

/** How many files, pipes and sockets a process has open. */
export const descriptorsOf = (pid: number): number => list(`/proc/${pid}/fd`).length

/** How long nothing may be done until a process counts as idle, in milliseconds. */
const quietMs = 300

/** How much processor time still is nothing, in milliseconds: a watch looks at dev once a second. */
const nothingMs = 3

/** Waits until a process and all it started have had nothing to do for a while: none used the processor, and none waited for it. */
export async function untilIdle(pid: number): Promise<void> {
  let family = familyOf(pid)
  let used = cpuMs(family)
  for (let since = performance.now(); performance.now() - since < quietMs; ) {
    await sleep(20)
    const now = familyOf(pid)
    const usedNow = cpuMs(now)
    const isSame = now.join() === family.join() && usedNow - used < nothingMs && !now.some(isRunnable)
    if (isSame) continue
    family = now
    used = usedNow
    since = performance.now()
  }
}

/** On a busy machine a process may have work and get no processor. */
const isRunnable = (pid: number): boolean => / [RD] /.test(read(`/proc/${pid}/stat`)?.replace(/^.*\)/s, '') ?? '')

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The process has ended meanwhile.
    return null
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
