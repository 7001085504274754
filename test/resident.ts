/** Runs command lines in processes that stay: half of what a short one takes is the start of Node and devdb. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** One command line. */
export interface ResidentCall {
  /** What follows `devdb`. */
  readonly words: readonly string[]
  /** Absolute. */
  readonly cwd: string
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv
}

/** How it ended. */
export interface ResidentEnd {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

const program = fileURLToPath(new URL('./resident-program.js', import.meta.url))

const idle: ChildProcess[] = []

/**
 * Runs a command line of the compiled devdb as the executable does, but in a process that others ran in before. Not for what reads or
 * changes the process itself: terminals, signals, `exec`, limits that are set when Node starts.
 * @throws Error when the process dies of it
 */
export async function runResident(call: ResidentCall): Promise<ResidentEnd> {
  const child = idle.pop() ?? fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [], cwd: '/' })
  child.ref()
  child.channel?.ref()
  const over = new AbortController()
  const died = once(child, 'exit', over).then(([code, signal]) => {
    throw new Error(`devdb ${call.words.join(' ')} ended its process: ${signal ?? code}`)
  })
  died.catch(() => undefined)
  child.send(call as never)
  const [{ isSpent, ...end }] = (await Promise.race([once(child, 'message', over), died])) as [
    ResidentEnd & { readonly isSpent: boolean },
  ]
  // The process stays, and with it whatever still listened.
  over.abort()
  if (isSpent) {
    child.disconnect()
  } else {
    child.channel?.unref()
    child.unref()
    idle.push(child)
  }
  return end
}
