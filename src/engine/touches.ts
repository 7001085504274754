/** What reached dev since this command began. One process runs one command, so that one list serves all projects that it opens. */
import type { Problem } from '../error.ts'

/** That dev changed while code of the project ran. */
export interface Touch {
  readonly problem: Problem
  /** Whether no other process is known that may have been the writer. */
  readonly isCertain: boolean
}

let touches: readonly Touch[] = []

/** A command begins. */
export function forgetTouches(): void {
  touches = []
}

/** Adds one. Of those that say the same, the first stays: its snapshot is the one from before. */
export function addTouch(touch: Touch): void {
  const isKnown = touches.some(({ problem }) => problem.message === touch.problem.message)
  touches = isKnown ? touches : [...touches, touch]
}

/** All of them, in order. */
export const allTouches = (): readonly Touch[] => touches
