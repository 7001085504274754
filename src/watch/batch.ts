/** When a burst of file events is over: one save, or one `git checkout`, is one batch. */

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
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
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
  /** After an event that left a file gone or empty. */
  readonly unfinishedMs: number
  /** In all, however many events come. */
  readonly maxMs: number
  readonly clock: Clock
  /** Looks again at a file that was gone or empty: of two events that follow each other closely, the second may never come. */
  isUnfinished?(path: string): boolean
  onBatch(paths: readonly string[]): void
}

/** Makes an empty batch. */
export function createBatch(setting: BatchSetting): Batch {
  const { settleMs, unfinishedMs, maxMs, clock, onBatch } = setting
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
