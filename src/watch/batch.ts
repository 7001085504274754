/** When a burst of file events is over: one save, or one `git checkout`, is one batch. */
import { learnPace } from './pace.ts'

/** The clock a batch runs by; tests bring their own. Times in milliseconds. */
export interface Clock {
  now(): number
  /** @returns cancels it */
  after(ms: number, run: () => void): () => void
}

/** The real clock. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, run) {
    let immediate: NodeJS.Immediate | undefined
    // Node runs timers before it reads what the system has to say: on a busy machine file events would wait there already.
    const timer = setTimeout(() => {
      immediate = setImmediate(run)
    }, ms)
    return () => {
      clearTimeout(timer)
      clearImmediate(immediate)
    }
  },
}

/** Collects paths until no more come. */
export interface Batch {
  /**
   * Adds a path.
   * @param isUnfinished the file is gone or empty right now: an editor that truncates, or deletes and creates, has its second half to come
   */
  add(path: string, isUnfinished: boolean): void
  close(): void
}

/** How long to wait, in milliseconds. */
export interface BatchSetting {
  /** After the last event. */
  readonly settleMs: number
  /**
   * The same at most, while saves are seen to follow each other more slowly than that: a script that writes several files, an editor that
   * formats after it has saved. A batch that comes too early costs a build that is begun and thrown away.
   */
  readonly mostSettleMs: number
  /** After an event that left a file gone or empty. */
  readonly unfinishedMs: number
  /** In all, however many events come. */
  readonly maxMs: number
  readonly clock: Clock
  /** Looks again at a file that was gone or empty: of two events that follow each other closely, the second may never come. */
  isUnfinished?(path: string): boolean
  /** Whether it is a save of the user's, from which the pace is learnt; an application that writes to its database is none. All are by default. */
  isSave?(path: string): boolean
  onBatch(paths: readonly string[]): void
}

/** Makes an empty batch. */
export function createBatch(setting: BatchSetting): Batch {
  const { unfinishedMs, maxMs, clock, onBatch } = setting
  const pace = learnPace(setting)
  const paths = new Map<string, boolean>()
  let firstAt = 0
  let cancel = (): void => undefined

  const flush = (): void => {
    const complete = [...paths.keys()]
    paths.clear()
    onBatch(complete)
  }
  return {
    add(path, isUnfinished) {
      if (setting.isSave?.(path) ?? true) pace.hear(clock.now())
      const settleMs = pace.settleMs()
      if (paths.size === 0) firstAt = clock.now()
      paths.set(path, isUnfinished)
      const touchedAt = clock.now()
      const waitUntil = (at: number, run: () => void): void => {
        cancel()
        cancel = clock.after(Math.max(0, Math.min(at, firstAt + maxMs) - clock.now()), run)
      }
      const lookAgain = (): void => {
        for (const [unfinished] of [...paths].filter(([, is]) => is)) {
          paths.set(unfinished, setting.isUnfinished?.(unfinished) ?? true)
        }
        const givenUpAt = Math.min(touchedAt + unfinishedMs, firstAt + maxMs)
        const isComplete = ![...paths.values()].some(Boolean) || clock.now() >= givenUpAt
        if (isComplete) flush()
        else waitUntil(Math.min(clock.now() + settleMs, givenUpAt), lookAgain)
      }
      waitUntil(touchedAt + settleMs, lookAgain)
    },
    close: () => cancel(),
  }
}
