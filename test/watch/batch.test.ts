import { stat } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BatchSetting, type Clock, createBatch, systemClock } from '../../src/watch/batch.ts'

/** A clock that stands until it is told to go. */
function handClock() {
  let now = 0
  let timers: { readonly at: number; readonly run: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
  }
  const go = (ms: number): void => {
    const end = now + ms
    for (;;) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      now = next.at
      timers = timers.filter((timer) => timer !== next)
      next.run()
    }
    now = end
  }
  return { clock, go }
}

function rig(setting: Partial<BatchSetting> = {}) {
  const { clock, go } = handClock()
  const batches: (readonly string[])[] = []
  const batch = createBatch({
    settleMs: 30,
    mostSettleMs: 30,
    unfinishedMs: 150,
    maxMs: 1000,
    clock,
    ...setting,
    onBatch: (paths) => batches.push(paths),
  })
  return { batch, go, batches }
}

test('a burst is one batch, each path once, when it has been quiet for a while', () => {
  const { batch, go, batches } = rig()
  for (const path of ['a', 'b', 'a']) {
    batch.add(path, false)
    go(20)
  }
  expect(batches).toEqual([])
  go(10)
  expect(batches).toEqual([['a', 'b']])
  go(5000)
  expect(batches).toHaveLength(1)
})

/** What a watch of a project waits. */
const quick = { settleMs: 4, mostSettleMs: 50 }

test('a script that writes its files slowly is a batch of its own only the first time', () => {
  const { batch, go, batches } = rig(quick)
  const script = (): void => {
    for (const path of ['a', 'b', 'c']) {
      batch.add(path, false)
      go(8)
    }
    go(5000)
  }
  script()
  expect(batches).toEqual([['a'], ['b', 'c']])
  script()
  script()
  expect(batches.slice(2)).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ])
})

test('saves that stand alone are told as quickly as ever, soon', () => {
  const { batch, go, batches } = rig(quick)
  for (const path of ['a', 'b']) {
    batch.add(path, false)
    go(8)
  }
  const waits = [0, 1, 2, 3].map(() => {
    go(5000)
    const before = batches.length
    batch.add('a', false)
    let ms = 0
    for (; batches.length === before; ms++) go(1)
    return ms
  })
  expect(waits).toEqual([12, 6, 4, 4])
})

test('what follows too late to be waited for, and what is no save, teaches nothing', () => {
  const { batch, go, batches } = rig({ ...quick, isSave: (path) => path !== 'dev.db' })
  for (const [path, ms] of [
    ['a', 40],
    ['b', 300],
    ['dev.db', 8],
    ['dev.db', 300],
    ['a', 4],
  ] as const) {
    batch.add(path, false)
    go(ms)
  }
  expect(batches).toEqual([['a'], ['b'], ['dev.db'], ['dev.db'], ['a']])
})

test('the real clock lets the system say first what it has to say', async () => {
  const said: string[] = []
  await new Promise<void>((resolve) => {
    systemClock.after(0, () => {
      said.push('clock')
      resolve()
    })
    stat('.', () => said.push('system'))
    // Both are due when the loop goes on.
    const until = Date.now() + 30
    while (Date.now() < until);
  })
  expect(said).toEqual(['system', 'clock'])
})

test('a file that is gone or empty is given more time, until its second half comes', () => {
  const { batch, go, batches } = rig()
  batch.add('a', true)
  go(149)
  expect(batches).toEqual([])
  batch.add('a', false)
  go(30)
  expect(batches).toEqual([['a']])
  batch.add('b', true)
  go(150)
  expect(batches).toEqual([['a'], ['b']])
})

test('a file that is gone or empty is looked at again: its second half may bring no event', () => {
  let isUnfinished = true
  const { batch, go, batches } = rig({ isUnfinished: () => isUnfinished })
  batch.add('a', true)
  go(60)
  expect(batches).toEqual([])
  isUnfinished = false
  go(31)
  expect(batches).toEqual([['a']])
})

test('events that never stop are told all the same', () => {
  const { batch, go, batches } = rig()
  for (let count = 0; count < 150; count++) {
    batch.add('a', count % 2 === 0)
    go(10)
  }
  expect(batches).toEqual([['a']])
  go(200)
  expect(batches).toEqual([['a'], ['a']])
})

test('closed, it tells nothing', () => {
  const { batch, go, batches } = rig()
  batch.add('a', false)
  batch.close()
  go(5000)
  expect(batches).toEqual([])
})

test('whatever comes, every path is told after it came, and none waits longer than a second', () => {
  const event = fc.record({ path: fc.constantFrom('a', 'b', 'c'), isUnfinished: fc.boolean(), thenMs: fc.nat(400) })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const { clock, go } = handClock()
      const added: { path: string; at: number }[] = []
      const told: { path: string; at: number }[] = []
      const onBatch = (paths: readonly string[]): void =>
        void told.push(...paths.map((path) => ({ path, at: clock.now() })))
      const batch = createBatch({ settleMs: 30, mostSettleMs: 100, unfinishedMs: 150, maxMs: 1000, clock, onBatch })
      for (const { path, isUnfinished, thenMs } of events) {
        batch.add(path, isUnfinished)
        added.push({ path, at: clock.now() })
        go(thenMs)
      }
      go(1000)
      for (const { path, at } of added)
        expect(told.some((batchOf) => batchOf.path === path && batchOf.at >= at && batchOf.at <= at + 1000)).toBe(true)
    }),
  )
})
