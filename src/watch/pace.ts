/** How closely saves follow each other, learnt while they come. */

/** How much longer than the pause between two saves is waited for a third. */
const patience = 1.5

/** How long after a save another one is a new beginning, in milliseconds. */
const restMs = 200

/** What is known of how saves follow each other. */
export interface Pace {
  /** A save was seen, at a time in milliseconds. */
  hear(now: number): void
  /** How long to wait for another, in milliseconds. */
  settleMs(): number
}

/**
 * Waits longer as soon as saves follow each other too slowly for one batch, and forgets it by halves when they stand alone again.
 * @param limits how long to wait at least, and at most, in milliseconds
 */
export function learnPace({ settleMs, mostSettleMs }: Readonly<Record<'settleMs' | 'mostSettleMs', number>>): Pace {
  let learntMs = settleMs
  let lastAt = Number.NEGATIVE_INFINITY
  /** The longest pause that could be bridged, since the last rest. */
  let pauseMs = 0
  return {
    hear(now) {
      const gapMs = now - lastAt
      lastAt = now
      if (gapMs > restMs) {
        if (pauseMs <= settleMs) learntMs = Math.max(settleMs, learntMs / 2)
        pauseMs = 0
      } else if (gapMs * patience <= mostSettleMs) {
        pauseMs = Math.max(pauseMs, gapMs)
        if (gapMs > settleMs) learntMs = Math.max(learntMs, gapMs * patience)
      }
    },
    settleMs: () => learntMs,
  }
}
