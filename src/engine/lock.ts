/** One writer: who works on a project's databases now, and who must wait. */
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Code, DevdbError } from '../error.ts'
import { isRunning } from '../process/is-running.ts'

/** Who holds a lock. */
export interface Holder {
  readonly pid: number
  /** When that process started, as the system counts; null where it does not tell. Tells a process from a later one with the same id. */
  readonly start: string | null
  /** What it does, as it was typed. */
  readonly command: string
}

/** What to lock, and how long to wait. */
export interface LockRequest {
  /** devdb's folder in the project. */
  readonly folder: string
  readonly name: 'work' | 'watch'
  readonly command: string
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs: number
  readonly signal?: AbortSignal
  /** Told once, when there is someone to wait for. */
  onWait?(holder: string): void
}

const pollMs = 50

/**
 * Takes a lock; one whose holder was killed is taken over.
 * @returns releases it
 * @throws DevdbError `locked` or `already-watching` with the holder; `interrupted`
 */
export async function acquireLock(request: LockRequest): Promise<() => void> {
  const file = join(request.folder, `${request.name}.lock`)
  mkdirSync(request.folder, { recursive: true })
  const own: Holder = { pid: process.pid, start: startOf(process.pid), command: request.command }
  const deadline = Date.now() + request.waitMs
  let isTold = false
  while (!tryLock(file, own)) {
    const holder = readHolder(file)
    if (holder === null) continue
    if (isStale(holder)) {
      if (!takeAway(file, holder)) await sleep(pollMs)
      continue
    }
    if (Date.now() >= deadline) throw heldBy(holder, request)
    if (!isTold) request.onWait?.(`${holder.command} (process ${holder.pid})`)
    isTold = true
    await sleep(pollMs)
    if (request.signal?.aborted) throw new DevdbError('interrupted', 'cancelled')
  }
  removeDrafts(request)
  return () => release(file, own)
}

/** A file that is complete from its first moment on: written elsewhere, then linked to its name, which fails where the name is taken. */
function tryLock(file: string, own: Holder): boolean {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify(own))
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Drafts of processes that were killed before they could remove them. */
function removeDrafts({ folder, name }: LockRequest): void {
  for (const draft of readdirSync(folder)) {
    const pid = draft.startsWith(`${name}.lock.`) ? Number(draft.slice(`${name}.lock.`.length)) : 0
    if (pid > 0 && isStale({ pid, start: null, command: '' })) rmSync(join(folder, draft), { force: true })
  }
}

function readHolder(file: string): Holder | null {
  // Not written by us, or torn by a crash of the machine: nobody holds it.
  const nobody: Holder = { pid: 0, start: null, command: 'nobody' }
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder> | null
    return typeof holder?.pid === 'number' ? { ...nobody, ...holder } : nobody
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : nobody
  }
}

/**
 * Who holds a lock now; nothing is taken, and nobody is waited for.
 * @param folder devdb's folder in the project
 * @param name of the lock
 * @returns null where nobody does, or its holder was killed
 */
export function holderOf(folder: string, name: LockRequest['name']): Holder | null {
  const holder = readHolder(join(folder, `${name}.lock`))
  return holder === null || isStale(holder) ? null : holder
}

/** How old the mark of a takeover gets, in milliseconds, before it counts as one that was killed in the middle of it. */
const takeoverMs = 5000

/**
 * Removes a stale lock. One process at a time does, so that nobody removes the lock of another that was quicker.
 * @returns false when another process is about it
 */
function takeAway(file: string, stale: Holder): boolean {
  const mark = `${file}.takeover`
  try {
    writeFileSync(mark, '', { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const status = statSync(mark, { throwIfNoEntry: false })
    if (status !== undefined && Date.now() - status.mtimeMs > takeoverMs) rmSync(mark, { force: true })
    return false
  }
  try {
    const holder = readHolder(file)
    if (holder?.pid === stale.pid && holder.start === stale.start) rmSync(file, { force: true })
    return true
  } finally {
    rmSync(mark, { force: true })
  }
}

function release(file: string, own: Holder): void {
  const holder = readHolder(file)
  if (holder?.pid === own.pid && holder.start === own.start) rmSync(file, { force: true })
}

function isStale({ pid, start }: Holder): boolean {
  if (pid <= 0) return true
  if (!isRunning(pid)) return true
  const now = startOf(pid)
  return start !== null && now !== null && now !== start
}

/** Field 22 of /proc/PID/stat, after the name in parentheses. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function heldBy(holder: Holder, { name }: LockRequest): DevdbError {
  const code: Code = name === 'watch' ? 'already-watching' : 'locked'
  const text =
    name === 'watch' ? 'is watching this project already' : 'is working on this project and did not finish in time'
  return new DevdbError(code, `${holder.command} (process ${holder.pid}) ${text}`, {
    hint: `wait for it, or end it: kill ${holder.pid}`,
  })
}
