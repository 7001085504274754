/** Runs command lines in processes that stay: half of what a short one takes is the start of Node and devdb. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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

/** Those that wait, by what they have read: nothing, or the settings of TypeScript that hold for configurations that are code. */
const waiting = new Map<string, ChildProcess[]>()
const nothingRead = 'nothing'

/** Those in which nothing is registered are kept for configurations that nobody has to import. */
function keyOf(cwd: string): string {
  if (existsSync(join(cwd, 'devdb.config.json'))) return nothingRead
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, 'tsconfig.json')
    const text = existsSync(file) ? readFileSync(file, 'utf8') : null
    // What they say of other files holds for these alone.
    if (text !== null) return /"(?:paths|baseUrl|extends)"/.test(text) ? `${file}: ${text}` : text
    if (folder === dirname(folder)) return ''
  }
}

const waitingWith = (key: string): ChildProcess[] => {
  const list = waiting.get(key) ?? []
  waiting.set(key, list)
  return list
}

/**
 * Runs a command line of the compiled devdb as the executable does, but in a process that others ran in before. Not for what reads or
 * changes the process itself: terminals, signals, `exec`, limits that are set when Node starts.
 * @throws Error when the process dies of it
 */
export async function runResident(call: ResidentCall): Promise<ResidentEnd> {
  const key = keyOf(call.cwd)
  const child =
    waitingWith(key).pop() ??
    waitingWith(nothingRead).pop() ??
    fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [], cwd: '/' })
  child.ref()
  child.channel?.ref()
  const over = new AbortController()
  const died = once(child, 'exit', over).then(([code, signal]) => {
    throw new Error(`devdb ${call.words.join(' ')} ended its process: ${signal ?? code}`)
  })
  died.catch(() => undefined)
  child.send(call as never)
  const [{ state, ...end }] = (await Promise.race([once(child, 'message', over), died])) as [
    ResidentEnd & { readonly state: 'fresh' | 'registered' | 'spent' },
  ]
  // The process stays, and with it whatever still listened.
  over.abort()
  if (state === 'spent') {
    child.disconnect()
  } else {
    child.channel?.unref()
    child.unref()
    waitingWith(state === 'fresh' ? nothingRead : key).push(child)
  }
  return end
}
