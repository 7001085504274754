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

test('a reader that throws is detached and becomes a warning, and the others go on', () => {
  const store = createStore()
  const seen: string[] = []
  let calls = 0
  store.subscribe(() => {
    calls += 1
    throw new Error('no more')
  })
  store.subscribe(({ kind }) => seen.push(kind))
  store.emit('watching-changed', { files: 1 })
  store.emit('watching-changed', { files: 2 })
  expect(seen).toEqual(['watching-changed', 'warning-raised', 'watching-changed'])
  expect(calls).toBe(1)
  expect(store.state.warnings).toMatchObject([{ problem: { code: 'internal', message: 'no more' } }])
})
