/** Who holds a lock, as its file says, and whether that process still lives. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import { DevdbError } from '../error.ts'
import { isRunning } from '../process/is-running.ts'
import { processPlace, startOf } from '../process/process-place.ts'
import { shellWord } from '../process/shell-word.ts'

/** Who can hold a lock. */
export interface Process {
  readonly pid: number
  /** When that process started, as the system counts; null where it does not say. Distinguishes a process from a later one with the same id. */
  readonly start: string | null
  /** Where its id is unique; null in files of earlier versions. */
  readonly place: string | null
  /** Its command line. */
  readonly command: string
}

/** Who holds a lock. */
export interface Holder extends Process {
  /** When the file was last written, in milliseconds since 1970: a living holder writes it again and again. */
  readonly beatAt: number
}

/** How often a holder writes its file again, in milliseconds. */
export const beatMs = 2000

/** How long after the last beat a holder counts as gone whose process cannot be looked at, in milliseconds. */
export const silentMs = 30_000

/** More than any lock holds. */
const mostBytes = 16_384

/** Not written by devdb, or torn by a crash of the machine: nobody holds it. */
const nobody: Holder = { pid: 0, start: null, place: null, command: 'nobody', beatAt: 0 }

/**
 * Reads a lock.
 * @param file absolute path
 * @returns null where it is free
 * @throws DevdbError `file-failed` where something else has the lock's name
 */
export function readHolder(file: string): Holder | null {
  const text = readLock(file)
  if (text === null) return null
  try {
    const { pid, start, place, command } = JSON.parse(text.content) as Record<string, unknown>
    // What has no start was not written on this system.
    if (!isProcessId(pid) || (typeof start !== 'string' && startOf(process.pid) !== null && typeof place !== 'string'))
      return nobody
    return {
      pid,
      start: typeof start === 'string' ? start : null,
      place: typeof place === 'string' ? place : null,
      command: typeof command === 'string' ? command.slice(0, 200) : 'another devdb',
      beatAt: text.writtenAt,
    }
  } catch {
    return nobody
  }
}

/** https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html: pid_max is at most 2^22; elsewhere ids have at most 32 bits. */
const isProcessId = (pid: unknown): pid is number => Number.isInteger(pid) && Number(pid) > 0 && Number(pid) < 2 ** 31

function readLock(file: string): { readonly content: string; readonly writtenAt: number } | null {
  const status = lstatSync(file, { throwIfNoEntry: false })
  if (status === undefined) return null
  if (!status.isFile())
    throw notALock(file, status.isDirectory() ? 'a folder' : status.isSymbolicLink() ? 'a link' : 'no file')
  try {
    const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    try {
      const bytes = Buffer.alloc(mostBytes)
      const length = readSync(descriptor, bytes, 0, mostBytes, 0)
      return { content: bytes.toString('utf8', 0, length), writtenAt: fstatSync(descriptor).mtimeMs }
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The Problem of something that has the name of a lock. */
export const notALock = (file: string, what: string): DevdbError =>
  new DevdbError('file-failed', `${file} is ${what}, and devdb needs a lock of that name`, {
    file,
    hint: `look at it, and remove it: rm -r ${shellWord(file)}`,
  })

/** Whether a holder's process can be looked at from here. */
export const isHere = ({ place }: Holder): boolean => place === null || place === processPlace()

/**
 * Whether a holder is gone. One in another container or on another machine is gone when its beats have stopped.
 * @param holder what a lock says
 * @param now the time of the file system that the lock is on, in milliseconds since 1970
 */
export function isGone(holder: Holder, now: number): boolean {
  const { pid, start } = holder
  if (pid <= 0) return true
  if (!isHere(holder)) return Math.abs(now - holder.beatAt) > silentMs
  if (!isRunning(pid)) return true
  const current = startOf(pid)
  return start !== null && current !== null && current !== start
}

/** Whether two say the same process. */
export const isSameHolder = (a: Process | null, b: Process | null): boolean =>
  a !== null && b !== null && a.pid === b.pid && a.start === b.start && a.place === b.place
