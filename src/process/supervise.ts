/** How a child that runs code of the user's is watched: what it prints is read, and it is ended with all it started when its time is over. */
import type { ChildProcess } from 'node:child_process'
import { endGroup, endWithLeader, killGroup, registerGroup } from './process-group.ts'
import { type Output, readLines } from './read-lines.ts'

/** A child under supervision. */
export interface Supervised<Ended> {
  readonly output: Output
  /** Whether it was ended because it took too long. */
  readonly isLate: () => boolean
  /** Gives it so much time from now on, in milliseconds, in place of what was left; null for no limit. */
  allow(ms: number | null): void
  /** Ends it as one that took too long. */
  stopLate(): void
  /** Ends it at once. */
  kill(): void
  /** Waits until it has ended; nothing that it started is left then. */
  end(): Promise<Ended>
}

/** What ends it, and who is told what it prints. */
export interface Supervision {
  readonly signal: AbortSignal
  onLine(line: string): void
}

/**
 * Supervises a child that was just started, as the leader of a process group.
 * @param child the child; without a process id where it could not be started
 * @param ended settles when it has ended
 * @param supervision what ends it early
 */
export function supervise<Ended>(
  child: ChildProcess,
  ended: Promise<Ended>,
  { signal, onLine }: Supervision,
): Supervised<Ended> {
  const { pid } = child
  const output = readLines([child.stdout, child.stderr], onLine)
  let isLate = false
  let timer: NodeJS.Timeout | undefined
  const stop = (): void => void (pid !== undefined && endGroup(pid, ended))
  const stopLate = (): void => {
    isLate = true
    stop()
  }
  if (pid !== undefined) registerGroup(pid)
  endWithLeader(child)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  return {
    output,
    isLate: () => isLate,
    allow(ms) {
      clearTimeout(timer)
      timer = ms === null ? undefined : setTimeout(stopLate, ms)
    },
    stopLate,
    kill: () => void (pid !== undefined && killGroup(pid)),
    async end() {
      try {
        return await ended
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        if (pid !== undefined) killGroup(pid)
      }
    },
  }
}
