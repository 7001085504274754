import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createQueue, type Job } from '../../src/engine/queue.ts'

/** A queue whose jobs end when the test says so; builds end early when they are aborted, as the real ones do. */
function rig() {
  const defects: unknown[] = []
  const queue = createQueue((error) => defects.push(error))
  const log: string[] = []
  let running = 0
  let mostRunning = 0
  const ends = new Map<string, () => void>()
  const job = (name: string, kind: Job['kind']): Job => ({
    kind,
    run: (signal) =>
      new Promise((resolve) => {
        running += 1
        mostRunning = Math.max(mostRunning, running)
        log.push(`${name} starts`)
        const end = (how: string, result: 'done' | 'aborted'): void => {
          if (!ends.delete(name)) return
          running -= 1
          log.push(`${name} ${how}`)
          resolve(result)
        }
        ends.set(name, () => end('ends', 'done'))
        if (kind !== 'change') signal.addEventListener('abort', () => end('is aborted', 'aborted'))
      }),
  })
  return {
    queue,
    log,
    defects,
    build: (name: string) => queue.push(job(name, 'build')),
    compare: (name: string) => queue.push(job(name, 'compare')),
    change: (name: string) => queue.push(job(name, 'change')),
    drift: (name: string) => queue.push(job(name, 'drift')),
    rehearse: (name: string) => queue.push(job(name, 'rehearse')),
    /** Lets the running job come to its end. */
    end: () => [...ends.values()][0]?.(),
    isRunning: (): boolean => running > 0,
    mostRunning: (): number => mostRunning,
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a job that comes alone runs at once', async () => {
  const { queue, log, build, end } = rig()
  build('a')
  expect(log).toEqual(['a starts'])
  end()
  await queue.idle()
  expect(log).toEqual(['a starts', 'a ends'])
})

test('the newest build wins: it aborts the running one and replaces the waiting one', async () => {
  const { queue, log, build, end } = rig()
  build('a')
  build('b')
  build('c')
  await settle()
  end()
  await queue.idle()
  expect(log).toEqual(['a starts', 'a is aborted', 'c starts', 'c ends'])
})

test('a change goes before a waiting build, and the build that it aborted runs again', async () => {
  const { queue, log, build, change, end } = rig()
  build('a')
  change('u')
  await settle()
  expect(log).toEqual(['a starts', 'a is aborted', 'u starts'])
  end()
  await settle()
  end()
  await queue.idle()
  expect(log.slice(3)).toEqual(['u ends', 'a starts', 'a ends'])
})

test('nothing aborts a change, and changes run in their order', async () => {
  const { queue, log, build, change, end } = rig()
  change('u')
  build('a')
  change('d')
  await settle()
  expect(log).toEqual(['u starts'])
  for (let count = 0; count < 3; count++) {
    end()
    await settle()
  }
  await queue.idle()
  expect(log).toEqual(['u starts', 'u ends', 'd starts', 'd ends', 'a starts', 'a ends'])
})

test('a build that was aborted by a change gives way to a newer one', async () => {
  const { queue, log, build, change, end } = rig()
  build('a')
  change('u')
  build('b')
  await settle()
  end()
  await settle()
  end()
  await queue.idle()
  expect(log).toEqual(['a starts', 'a is aborted', 'u starts', 'u ends', 'b starts', 'b ends'])
})

test('a look for drift gives way to all but a rehearsal, and is run again', async () => {
  const { queue, log, compare, drift, rehearse, end } = rig()
  rehearse('r')
  drift('d')
  rehearse('s')
  compare('c')
  for (let count = 0; count < 3; count++) {
    await settle()
    end()
  }
  await queue.idle()
  expect(log).toEqual(['r starts', 'r is aborted', 'c starts', 'c ends', 'd starts', 'd ends', 's starts', 's ends'])
  drift('d')
  await settle()
  rehearse('r')
  compare('c')
  for (let count = 0; count < 3; count++) {
    await settle()
    end()
  }
  await queue.idle()
  expect(log.slice(8)).toEqual([
    ...['d starts', 'd is aborted', 'c starts', 'c ends', 'd starts', 'd ends', 'r starts', 'r ends'],
  ])
})

test('a comparison waits for a build, gives way to it, and is run again only after a change', async () => {
  const { queue, log, build, compare, change, end } = rig()
  build('a')
  compare('c')
  await settle()
  expect(log).toEqual(['a starts'])
  end()
  await settle()
  change('u')
  await settle()
  end()
  await settle()
  expect(log.slice(2)).toEqual(['c starts', 'c is aborted', 'u starts', 'u ends', 'c starts'])
  build('b')
  await settle()
  end()
  await queue.idle()
  expect(log.slice(7)).toEqual(['c is aborted', 'b starts', 'b ends'])
})

test('a build drops the comparison that waits: it is followed by its own', async () => {
  const { queue, log, build, compare, end } = rig()
  build('a')
  compare('c')
  build('b')
  await settle()
  end()
  await queue.idle()
  expect(log).toEqual(['a starts', 'a is aborted', 'b starts', 'b ends'])
})

test('closing aborts a build, lets a change come to its end, and takes no more', async () => {
  const { queue, log, build, change, end } = rig()
  change('u')
  build('a')
  let isClosed = false
  const closing = queue.close().then(() => {
    isClosed = true
  })
  build('b')
  await settle()
  expect([log, isClosed]).toEqual([['u starts'], false])
  end()
  await closing
  expect(log).toEqual(['u starts', 'u ends'])

  const other = rig()
  other.build('a')
  await other.queue.close()
  other.change('u')
  await settle()
  expect(other.log).toEqual(['a starts', 'a is aborted'])
})

test('a job that rejects, which none should, is reported and does not stop the next one', async () => {
  const { queue, log, defects, build, end } = rig()
  queue.push({ kind: 'build', run: () => Promise.reject(new Error('a defect')) })
  await queue.idle()
  expect(defects).toEqual([new Error('a defect')])
  build('a')
  end()
  expect(log).toEqual(['a starts', 'a ends'])
})

test('whatever comes in whatever order: one at a time, every change once and in order, and the newest build last', async () => {
  const action = fc.constantFrom('build', 'change', 'end', 'settle')
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
      const { queue, log, build, change, end, isRunning, mostRunning } = rig()
      const names: Record<'build' | 'change', string[]> = { build: [], change: [] }
      for (const [index, next] of actions.entries()) {
        if (next === 'settle') await settle()
        else if (next === 'end') end()
        else {
          const name = `${next}-${index}`
          names[next].push(name)
          next === 'build' ? build(name) : change(name)
        }
      }
      do {
        end()
        await settle()
      } while (isRunning())
      await queue.idle()
      expect(mostRunning()).toBeLessThanOrEqual(1)
      const ended = log.filter((line) => line.endsWith(' ends')).map((line) => line.replace(' ends', ''))
      expect(ended.filter((name) => name.startsWith('change'))).toEqual(names.change)
      expect(log.filter((line) => /^change.* is aborted/.test(line))).toEqual([])
      const lastBuild = names.build.at(-1)
      if (lastBuild !== undefined) expect(ended.filter((name) => name.startsWith('build')).at(-1)).toBe(lastBuild)
      // No build ran to its end twice.
      expect(new Set(ended).size).toBe(ended.length)
    }),
    { numRuns: 200 },
  )
})

test('what is pushed by whoever waited for a job runs after it, never beside the next one', async () => {
  const queue = createQueue(() => undefined)
  let running = 0
  let mostRunning = 0
  let left = 40
  const job = (done: () => void): Job => ({
    kind: 'change',
    async run() {
      running += 1
      mostRunning = Math.max(mostRunning, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      done()
      return 'done'
    },
  })
  // The continuation of the waiting runs between two jobs of the queue.
  const pushAnother = async (): Promise<void> => {
    await new Promise<void>((resolve) => queue.push(job(resolve)))
    // Whichever moment it is.
    for (let moment = left % 10; moment > 0; moment--) await null
    left -= 1
    if (left > 0) void pushAnother()
  }
  for (let count = 0; count < 3; count++) void pushAnother()
  await queue.idle()
  expect([mostRunning, running, left <= 0]).toEqual([1, 0, true])
  await queue.close()
})
