/** A real `devdb watch` that stays open, saved into, and read through its NDJSON. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Event, EventKind, EventOf } from '../../src/event/event.ts'
import { executable } from './bench-project.ts'
import { untilIdle } from './process-facts.ts'
import { cleanEnvironment } from './run-program.ts'

/** What a save led to. Times in milliseconds. */
export interface Saved {
  /** From the write of the file to the arrival of the event that the build is finished: what a developer waits. */
  readonly readyMs: number
  /** From the arrival of the file event to the same: without what the watcher waits for. */
  readonly workMs: number
  readonly finished: EventOf<'build-finished'>
}

/** A watch. */
export interface BenchWatch {
  readonly pid: number
  /** Writes a file, and waits until the build that follows is finished. @throws Error when it fails */
  save(file: string, text: string): Promise<Saved>
  /** Writes a file that cannot be built, and waits until that is told. @throws Error when it can */
  saveBroken(file: string, text: string): Promise<void>
  /** Waits until everything that follows a save is done, and the next child is warm. */
  idle(): Promise<void>
  close(): Promise<void>
}

interface Arrived {
  readonly event: Event
  /** By `performance.now()`. */
  readonly at: number
}

/** How long an event is waited for, in milliseconds. */
const patienceMs = 120_000

/**
 * Starts a watch, and waits until its first build is done.
 * @param root the project
 * @param nodeArguments for the daemon alone, which its children do not inherit
 */
export async function openWatch(root: string, nodeArguments: readonly string[] = []): Promise<BenchWatch> {
  const child = spawn(process.execPath, [...nodeArguments, executable, 'watch', '--reporter', 'ndjson'], {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const pid = child.pid ?? 0
  const ended = once(child, 'exit')
  let said = ''
  let arrived: Arrived[] = []
  let wake: () => void = () => undefined
  child.stderr.on('data', (chunk) => (said += chunk))
  createInterface({ input: child.stdout }).on('line', (line) => {
    arrived.push({ event: JSON.parse(line) as Event, at: performance.now() })
    wake()
  })
  child.once('exit', () => wake())

  const next = async (...kinds: readonly EventKind[]): Promise<Arrived> => {
    const deadline = performance.now() + patienceMs
    for (let index = 0; ; ) {
      for (; index < arrived.length; index++) if (kinds.includes(arrived[index]!.event.kind)) return arrived[index]!
      const told = arrived.map(({ event }) => event.kind).join()
      if (child.exitCode !== null) throw new Error(`devdb watch ended (${child.exitCode}) after ${told}:\n${said}`)
      if (performance.now() > deadline) throw new Error(`no ${kinds.join(' or ')} came after ${told}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patienceMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  const finished = async (): Promise<{ readonly event: EventOf<'build-finished'>; readonly at: number }> => {
    const { event, at } = await next('build-finished', 'build-failed')
    if (event.kind !== 'build-finished') throw new Error(`the build failed: ${JSON.stringify(event)}`)
    return { event, at }
  }
  const idle = async (): Promise<void> => {
    await next('models-compared', 'models-compare-failed')
    await untilIdle(pid)
  }

  await finished()
  await idle()
  return {
    pid,
    async save(file, text) {
      arrived = []
      const savedAt = performance.now()
      writeFileSync(file, text)
      const end = await finished()
      const heard = await next('files-changed')
      return { readyMs: end.at - savedAt, workMs: end.at - heard.at, finished: end.event }
    },
    async saveBroken(file, text) {
      arrived = []
      writeFileSync(file, text)
      const { event } = await next('build-finished', 'build-failed')
      if (event.kind !== 'build-failed') throw new Error(`a broken model was built: ${JSON.stringify(event)}`)
    },
    idle,
    async close() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
