/** The idle child: started while nothing happens, with all loaded that is not the user's code; the next build takes it. */
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DevdbError } from '../error.ts'
import type { WarmUp } from './operation/warm-up.ts'
import { type ChildPlace, type Session, startSession } from './session.ts'

/** At most one idle child. */
export interface Pool {
  /** A child at this place: the idle one where it fits, or a new one. Whoever takes it closes it; one that was not used waits again then. */
  take(place: ChildPlace): Session
  /**
   * Starts the next idle child, where there is none.
   * @param packages names of those that it loads: it is replaced when another version of one is installed
   */
  refill(place: ChildPlace, input: Preparation, packages: readonly string[]): void
  /** Ends the idle child, and starts no more. */
  close(): Promise<void>
}

/** What an idle child prepares for. */
type Preparation = Omit<WarmUp['input'], 'isLast'>

interface Idle {
  readonly session: WarmSession
  readonly place: string
  readonly packages: readonly string[]
  readonly installed: string
  /** Starts one that takes its place. */
  renew(): void
}

/** After how long an idle child is replaced, in milliseconds: the system may have put its memory on the disk by then. */
const maxAgeMs = 30 * 60 * 1000

/** How long one round of its practice may take, in milliseconds. */
const warmUpMs = 60_000

/** After how many rounds more of them gain nothing: found by measuring. */
const rounds = 8

/** How long the rounds after the first wait, in milliseconds: what follows a build needs the processor more. */
const restMs = 200

/** Makes an empty pool. */
export function createPool(): Pool {
  let idle: Idle | null = null
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  const drop = async (): Promise<void> => {
    clearTimeout(timer)
    const dropped = idle
    idle = null
    await dropped?.session.close()
  }

  const wait = (waiting: Idle): void => {
    idle = waiting
    timer = setTimeout(() => void drop().then(waiting.renew), maxAgeMs).unref()
  }

  const refill = (place: ChildPlace, input: Preparation, packages: readonly string[]): void => {
    if (isClosed || idle?.session.isAlive()) return
    const renew = (): void => refill(place, input, packages)
    const installed = installedIn(place.root, packages)
    wait({ session: warmSession(place, input), place: JSON.stringify(place), packages, installed, renew })
  }

  return {
    take(place) {
      const fits = idle?.session.isAlive() === true && idle.place === JSON.stringify(place)
      if (!fits || idle?.installed !== installedIn(place.root, idle?.packages ?? [])) {
        void drop()
        return startSession(place)
      }
      const taken = idle!
      clearTimeout(timer)
      idle = null
      return {
        ...taken.session,
        async close() {
          const isLeft = !taken.session.isUsed() && taken.session.isAlive() && idle === null && !isClosed
          if (isLeft) wait(taken)
          else await taken.session.close()
        },
      }
    },
    refill,
    async close() {
      isClosed = true
      await drop()
    },
  }
}

interface WarmSession extends Session {
  /** Whether somebody has called it. */
  isUsed(): boolean
}

/** A child that warms up; where that fails a new one takes over, which then says why. */
function warmSession(place: ChildPlace, input: Preparation): WarmSession {
  let session = startSession(place)
  const { signal } = new AbortController()
  const nothing = (): void => undefined
  const setting = { signal, timeoutMs: warmUpMs, emit: nothing, onLine: nothing }
  let isUsed = false
  const wanted = new AbortController()
  const warmUp = async (): Promise<void> => {
    await session.call('warm-up', { ...input, isLast: false }, setting)
    await sleep(restMs, null, { ref: false, signal: wanted.signal })
    for (let round = 2; round <= rounds && !wanted.signal.aborted && session.isAlive(); round++)
      await session.call('warm-up', { ...input, isLast: round === rounds }, setting)
  }
  const ready = warmUp().catch(nothing)
  return {
    async call(...request) {
      wanted.abort()
      await orAborted(ready, request[2].signal)
      if (!session.isAlive() && !isUsed) session = startSession(place)
      isUsed = true
      return session.call(...request)
    },
    filesOf: (file) => session.filesOf(file),
    isAlive: () => session.isAlive(),
    isUsed: () => wanted.signal.aborted,
    close() {
      wanted.abort()
      isUsed = true
      return session.close()
    },
  }
}

/** Awaits one thing, unless the signal comes before. @throws DevdbError `interrupted` */
async function orAborted(awaited: Promise<void>, signal: AbortSignal): Promise<void> {
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new DevdbError('interrupted', 'cancelled'))
  })
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  await Promise.race([awaited, aborted]).finally(() => signal.removeEventListener('abort', stop))
}

/** Stands for the installed packages and the settings of the loaders: it differs when one of them was changed. */
function installedIn(root: string, packages: readonly string[]): string {
  const names = ['package.json', 'tsconfig.json', 'node_modules']
  const lists = [
    '.package-lock.json',
    '.modules.yaml',
    '.yarn-integrity',
    ...packages.map((name) => `${name}/package.json`),
  ]
  const stamps: number[] = []
  for (let folder = root; ; folder = dirname(folder)) {
    const files = [...names, ...lists.map((name) => join('node_modules', name))].map((name) => join(folder, name))
    stamps.push(...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0))
    if (dirname(folder) === folder) break
  }
  return stamps.join()
}
