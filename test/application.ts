/** A real application beside devdb: a process of its own with a connection of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export interface Application {
  readonly pid: number
  /** Runs a statement and gives its rows. Rejects with what the database says. */
  all(sql: string): Promise<readonly Record<string, unknown>[]>
  /** Ends it as somebody who stops an application does. */
  close(): Promise<void>
  kill(): Promise<void>
}

const program = fileURLToPath(new URL('../fixtures/application.js', import.meta.url))

/**
 * Starts an application on a database; it ends with the test at the latest.
 * @param file the database; made where it is absent
 * @param busyMs how long it waits for a lock, in milliseconds
 */
export function startApplication(file: string, busyMs = 10_000): Application {
  const child = spawn(process.execPath, [program, file, String(busyMs)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    pid: child.pid!,
    async all(sql) {
      child.stdin.write(`${JSON.stringify(sql)}\n`)
      const { value, done } = await answers.next()
      if (done === true) throw new Error('the application is gone')
      const { rows, error } = JSON.parse(value) as { rows?: Record<string, unknown>[]; error?: string }
      if (error !== undefined) throw new Error(error)
      return rows ?? []
    },
    async close() {
      child.stdin.end()
      await ended(child)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended(child)
    },
  }
}

/** Resolves when a process has ended. */
export const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()))
