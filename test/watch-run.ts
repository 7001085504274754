/** A real `devdb watch`, as the executable, read through its NDJSON. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Event, EventKind, EventOf } from '../src/event/event.ts'
import { ended } from './application.ts'

export interface WatchRun {
  readonly child: ChildProcess
  readonly events: readonly Event[]
  /** All events of one kind since the mark. */
  of<Kind extends EventKind>(kind: Kind): readonly EventOf<Kind>[]
  /** Forgets what came so far. */
  mark(): void
  /** The next event of a kind, since the mark or still to come. */
  next<Kind extends EventKind>(kind: Kind, isWanted?: (event: EventOf<Kind>) => boolean): Promise<EventOf<Kind>>
  /** Ends it as Ctrl-C does. @returns its exit code */
  quit(): Promise<number | null>
}

/** How long an event is waited for, in milliseconds: a machine may be busy with other things. */
const patienceMs = 25_000

const told = (events: readonly Event[]): string =>
  events.map((event) => `${event.kind} ${'files' in event ? JSON.stringify(event.files) : ''}`).join(', ')

const executable = fileURLToPath(new URL('../bin/devdb.js', import.meta.url))

/** Starts a watch in a project; it ends with the test at the latest. */
export function startWatch(root: string): WatchRun {
  const child = spawn(process.execPath, [executable, 'watch', '--reporter', 'ndjson'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const events: Event[] = []
  const errors: string[] = []
  let from = 0
  let wake: () => void = () => undefined
  createInterface({ input: child.stdout! }).on('line', (line) => {
    events.push(JSON.parse(line) as Event)
    wake()
  })
  child.stderr!.on('data', (chunk) => errors.push(String(chunk)))
  child.once('exit', () => wake())
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended(child)
  })
  return {
    child,
    events,
    of: (kind) => events.slice(from).filter((event) => event.kind === kind) as never,
    mark() {
      from = events.length
    },
    async next(kind, isWanted = () => true) {
      const deadline = Date.now() + patienceMs
      for (let index = from; ; ) {
        for (; index < events.length; index++) {
          const event = events[index]!
          if (event.kind === kind && isWanted(event as never)) return event as never
        }
        if (child.exitCode !== null) throw new Error(`devdb watch ended (${child.exitCode}): ${errors.join('')}`)
        if (Date.now() > deadline) throw new Error(`no ${kind} came after: ${told(events.slice(from))}`)
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, patienceMs).unref()
        })
      }
    },
    async quit() {
      child.kill('SIGINT')
      await ended(child)
      return child.exitCode
    },
  }
}

/** Whether a process runs. One that has ended may stand in the table until its parent, which may be a lazy `init`, asks for it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Resolves when a condition holds; looks again every few milliseconds. */
export async function until(isMet: () => boolean | Promise<boolean>, what: string, ms = 15_000): Promise<void> {
  const deadline = Date.now() + ms
  while (!(await isMet())) {
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
