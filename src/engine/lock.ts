/** One writer: who works on a project's databases now, and who must wait. */
import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, linkSync, lstatSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Code, DevdbError } from '../error.ts'
import { redact } from '../event/redact.ts'
import { processPlace, startOf } from '../process/process-place.ts'
import { shellWord } from '../process/shell-word.ts'
import {
  beatMs,
  type Holder,
  isGone,
  isHere,
  isSameHolder,
  notALock,
  type Process,
  readHolder,
  silentMs,
} from './lock-holder.ts'

/** What to lock, and how long to wait. */
export interface LockRequest {
  /** devdb's folder in the project. */
  readonly folder: string
  readonly name: 'work' | 'watch'
  readonly command: string
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs: number
  readonly signal?: AbortSignal
  /** Called once with the holder, when there is someone to wait for. */
  onWait?(holder: string): void
}

const pollMs = 50

/** Locks that this process holds: one that says so and is not here could not be removed when it was released. */
const held = new Set<string>()

/**
 * Takes a lock; one whose holder was killed is taken over.
 * @returns releases it; never throws
 * @throws DevdbError `locked` or `already-watching` with the holder; `file-failed` where something else has the lock's name; `interrupted`
 */
export async function acquireLock(request: LockRequest): Promise<() => void> {
  const file = join(request.folder, `${request.name}.lock`)
  mkdirSync(request.folder, { recursive: true, mode: 0o700 })
  const own = { pid: process.pid, start: startOf(process.pid), place: processPlace(), command: redact(request.command) }
  const begunAt = Date.now()
  const isSilent = listenForBeats()
  let isTold = false
  for (;;) {
    const { release, now } = tryLock(file, own)
    if (release !== null) {
      removeDrafts(request, now)
      return release
    }
    const holder = readHolder(file)
    const seemsLeft = holder !== null && (isGone(holder, now) || (isSameHolder(holder, own) && !held.has(file)))
    const hasTaken = seemsLeft && (isHere(holder) || isSilent(holder)) && takeAway(file, holder, now)
    const waited = Date.now() - begunAt
    if (holder !== null && !seemsLeft) {
      if (waited >= request.waitMs) throw heldBy(file, holder, request)
      if (!isTold) request.onWait?.(describeHolder(holder))
      isTold = true
    } else if (waited >= Math.max(request.waitMs, 3 * takeoverMs)) throw notALock(file, 'in the way')
    if (!hasTaken) await sleep(holder === null ? 1 : pollMs)
    if (request.signal?.aborted) throw new DevdbError('interrupted', 'cancelled')
  }
}

/** After a machine has slept all beats are old, and the holder's next one is on its way: so many looks must find the same one. */
function listenForBeats(): (holder: Holder) => boolean {
  let last = { beatAt: 0, looks: 0 }
  return ({ beatAt }) => {
    last = { beatAt, looks: beatAt === last.beatAt ? last.looks + 1 : 0 }
    return last.looks * pollMs >= 2 * beatMs
  }
}

interface Tried {
  /** Null: somebody holds it. */
  readonly release: (() => void) | null
  /** The time of the file system, which need not be that of this machine. */
  readonly now: number
}

/** A file that is complete from its first moment on: written elsewhere, then linked to its name, which fails where the name is taken. */
function tryLock(file: string, own: Process): Tried {
  const draft = `${file}.${randomBytes(8).toString('hex')}`
  const descriptor = openSync(draft, 'wx', 0o600)
  let isTaken = false
  try {
    const text = JSON.stringify(own)
    writeSync(descriptor, text, 0)
    const now = fstatSync(descriptor).mtimeMs
    isTaken = link(draft, file)
    return { release: isTaken ? hold(file, descriptor, text, own) : null, now }
  } finally {
    rmSync(draft, { force: true })
    if (!isTaken) closeSync(descriptor)
  }
}

function link(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // ENOENT: another process took the draft for one that was left.
    if (code === 'EEXIST' || code === 'ENOENT') return false
    throw error
  }
}

/** Writes the same text again and again: that is how processes which cannot see this one know that it lives. */
function hold(file: string, descriptor: number, text: string, own: Process): () => void {
  const beats = setInterval(() => attempt(() => writeSync(descriptor, text, 0)), beatMs)
  beats.unref()
  held.add(file)
  return () => {
    if (!held.delete(file)) return
    clearInterval(beats)
    attempt(() => closeSync(descriptor))
    // What cannot be removed is taken over as left.
    attempt(() => {
      const holder = readHolder(file)
      if (isSameHolder(holder, own)) rmSync(file, { force: true })
    })
  }
}

/** What is done for others must not end the work. */
function attempt(act: () => void): void {
  try {
    act()
  } catch {
    // See above.
  }
}

/** Drafts of processes that were killed before they could remove them. */
function removeDrafts({ folder, name }: LockRequest, now: number): void {
  for (const entry of readdirSync(folder)) {
    if (!entry.startsWith(`${name}.lock.`) || entry.endsWith('.takeover')) continue
    const status = lstatSync(join(folder, entry), { throwIfNoEntry: false })
    if (status?.isFile() && Math.abs(now - status.mtimeMs) > takeoverMs) rmSync(join(folder, entry), { force: true })
  }
}

/**
 * Who holds a lock now; nothing is taken, and nobody is waited for.
 * @param folder devdb's folder in the project
 * @param name of the lock
 * @returns null where nobody does, or its holder was killed
 * @throws DevdbError `file-failed` where something else has the lock's name
 */
export function holderOf(folder: string, name: LockRequest['name']): Holder | null {
  const holder = readHolder(join(folder, `${name}.lock`))
  return holder === null || isGone(holder, Date.now()) ? null : holder
}

/** How old the mark of a takeover gets, in milliseconds, before it counts as one that was killed in the middle of it. */
const takeoverMs = 5000

/**
 * Removes a lock that was left. One process at a time does, and looks again before it does, so that nobody removes the lock of another that was
 * quicker.
 * @param file the lock
 * @param left what it was found to say
 * @param now the time of the file system
 * @returns false when another process is about it
 */
export function takeAway(file: string, left: Holder, now: number): boolean {
  const mark = `${file}.takeover`
  try {
    closeSync(openSync(mark, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const status = lstatSync(mark, { throwIfNoEntry: false })
    if (status !== undefined && !status.isFile()) throw notALock(mark, 'no file')
    if (status !== undefined && Math.abs(now - status.mtimeMs) > takeoverMs) rmSync(mark, { force: true })
    return false
  }
  try {
    if (isSameHolder(readHolder(file), left)) rmSync(file, { force: true })
    return true
  } finally {
    rmSync(mark, { force: true })
  }
}

/** A holder in a few words. */
export const describeHolder = (holder: Holder): string =>
  `${holder.command} (process ${holder.pid}${isHere(holder) ? '' : ' in another container or on another machine'})`

function heldBy(file: string, holder: Holder, { name }: LockRequest): DevdbError {
  const code: Code = name === 'watch' ? 'already-watching' : 'locked'
  const text =
    name === 'watch' ? 'is watching this project already' : 'is working on this project and did not finish in time'
  const hint = isHere(holder)
    ? `wait for it, or end it: kill ${holder.pid}; if that is no devdb: rm ${shellWord(file)}`
    : `wait for it, or end it there; ${silentMs / 1000} seconds after its end it counts as gone`
  return new DevdbError(code, `${describeHolder(holder)} ${text}`, { hint })
}
