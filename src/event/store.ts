/** Where events meet state: emit stamps and redacts an event, folds it into the state, then tells the readers, in that order. */
import { toProblem } from '../error.ts'
import type { Emit, Event, EventKind } from './event.ts'
import { redact } from './redact.ts'
import { reduce } from './reduce.ts'
import { initialState, type State } from './state.ts'

/** A reader of the stream. It sees the state that already holds the event. */
export type Reader = (event: Event, state: State) => void

/** The stream and what it adds up to. */
export interface Store {
  /** The state after the last event. */
  readonly state: State
  readonly emit: Emit
  /** The same `emit`, with a job's name on each event. */
  emitFor(job: string): Emit
  /** Takes an event that was stamped in another process. */
  accept(event: Event): void
  /** Adds a reader. @returns a function that removes it */
  subscribe(reader: Reader): () => void
}

/**
 * Makes an empty store.
 * @param now the clock, in milliseconds since 1970
 */
export function createStore(now: () => number = Date.now): Store {
  let state = initialState
  const readers = new Set<Reader>()

  const accept = (unredacted: Event): void => {
    const event = redact(unredacted)
    state = reduce(state, event)
    const errors: unknown[] = []
    for (const reader of readers) {
      try {
        reader(event, state)
      } catch (error) {
        // It would fail again, and the work must not fail because somebody reads about it.
        readers.delete(reader)
        errors.push(error)
      }
    }
    for (const error of errors) emitFor(null)('warning-raised', { problem: toProblem(error) })
  }
  const emitFor =
    (job: string | null): Emit =>
    (kind: EventKind, fields: object) =>
      accept({ v: 1, at: now(), job, kind, ...fields } as Event)

  return {
    get state() {
      return state
    },
    emit: emitFor(null),
    emitFor,
    accept,
    subscribe(reader) {
      readers.add(reader)
      return () => readers.delete(reader)
    },
  }
}
