/**
 * Loaded into the daemon alone, before devdb: tells the bench what cannot be seen from outside. Plain JavaScript, so that the daemon that is
 * measured runs without a loader.
 *
 * On SIGUSR2 it collects garbage and writes memory and open handles to DEVDB_BENCH_PROBE. What the daemon says to its children, and they
 * to it, is added to DEVDB_BENCH_MARKS as lines of JSON, with the time in milliseconds since 1970.
 */
import childProcess from 'node:child_process'
import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { getHeapCodeStatistics } from 'node:v8'

const { DEVDB_BENCH_PROBE: probe, DEVDB_BENCH_MARKS: marks } = process.env

if (probe !== undefined) {
  process.on('SIGUSR2', async () => {
    // What a first collection lets go may hold more.
    for (let round = 0; round < 5; round++) {
      globalThis.gc()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const { rss, heapUsed } = process.memoryUsage()
    // What V8 has compiled, which it does anew for as long as it runs: https://nodejs.org/docs/latest-v20.x/api/v8.html#v8getheapcodestatistics
    const code = getHeapCodeStatistics().code_and_metadata_size
    const handles = process.getActiveResourcesInfo().length
    writeFileSync(`${probe}.new`, JSON.stringify({ rss, code, data: heapUsed - code, handles }))
    renameSync(`${probe}.new`, probe)
  })
}

if (marks !== undefined) {
  const mark = (what, name) => {
    const at = performance.timeOrigin + performance.now()
    appendFileSync(marks, `${JSON.stringify({ at, what, name })}\n`)
  }
  const { fork } = childProcess
  childProcess.fork = (...words) => {
    const child = fork(...words)
    const { send } = child
    let operation = ''
    child.send = (message, ...rest) => {
      if (typeof message?.operation === 'string') {
        operation = message.operation
        mark('asked', operation)
      }
      return send.call(child, message, ...rest)
    }
    child.on('message', ({ type }) => {
      if (type === 'begun' || type === 'done' || type === 'failed') mark(type, operation)
    })
    return child
  }
  // So that those who import it by name get it, too.
  syncBuiltinESMExports()
}
