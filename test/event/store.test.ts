import { expect, test } from 'vitest'
import type { Event } from '../../src/event/event.ts'
import { createStore } from '../../src/event/store.ts'

test('readers see the stamped event, and the state that already has it', () => {
  let now = 1_000
  const store = createStore(() => now++)
  const seen: [Event, number | null][] = []
  const stop = store.subscribe((event, state) => seen.push([event, state.watching]))
  store.emit('watching-changed', { files: 3 })
  store.emitFor('build-1')('build-cancelled', { ms: 5 })
  stop()
  store.emit('watching-changed', { files: 4 })
  expect(seen).toEqual([
    [{ v: 1, at: 1_000, job: null, kind: 'watching-changed', files: 3 }, 3],
    [{ v: 1, at: 1_001, job: 'build-1', kind: 'build-cancelled', ms: 5 }, 3],
  ])
  expect(store.state.watching).toBe(4)
})
