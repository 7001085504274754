/** How user code is run: in a child process that does one operation after the other, and is gone afterwards with all it started. */
import { type ChildProcess, fork } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { Loader } from '../config/config.ts'
import { DevdbError, type Problem } from '../error.ts'
import type { Emit, EventKind } from '../event/event.ts'
import { supervise } from '../process/supervise.ts'
import { systemProblem } from '../system-error.ts'
import { childEntry, childPreload } from './child-entry.ts'
import { type FileTrace, openTrace } from './file-trace.ts'
import type { OperationName, Operations, WorkMessage, WorkRequest } from './protocol.ts'

/** Where a child is to run. */
export interface ChildPlace {
  /** The user's project. */
  readonly root: string
  readonly cwd: string
  /** The whole environment of the child; it sees it before any user code is loaded. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** What reads the project's TypeScript; tsx by default. */
  readonly loader?: Loader
}

/** How an operation is to run. */
export interface CallSetting<Note = unknown> {
  readonly signal: AbortSignal
  /** How long it may take, in milliseconds; null for no limit. */
  readonly timeoutMs: number | null
  readonly emit: Emit
  onLine(line: string): void
  /** Gets what the operation reports to its caller alone. */
  onNote?(note: Note): void
  /** Files that the child looks at from outside whenever it reports of a migration; none by default. */
  readonly watched?: readonly string[]
  /** Given what they looked like when the child reported something. Called before `emit` and `onNote`. */
  onStamp?(stamp: string, reported: unknown): void
}

/** What came of an operation: the files are known either way, so that a broken one can be watched until it is mended. */
export interface Call<Result> {
  /** Local files of the user's that the child loaded for it, absolute, in order. */
  readonly files: readonly string[]
  readonly outcome: { readonly result: Result } | { readonly problem: Problem }
}

/** One child. */
export interface Session {
  /**
   * Runs one operation; not while another runs. After one that failed, the child is gone.
   * @param isLast whether the child ends with it
   * @throws DevdbError `interrupted` when the signal came
   */
  call<Name extends OperationName>(
    operation: Name,
    input: Operations[Name]['input'],
    setting: CallSetting<Operations[Name]['note']>,
    isLast?: boolean,
  ): Promise<Call<Operations[Name]['result']>>
  /** All that a file needs of the user's files, itself included, as far as this child loaded it. */
  filesOf(file: string): ReadonlySet<string>
  isAlive(): boolean
  /** Ends the child and all it started. */
  close(): Promise<void>
}

/** How much longer than its limit a child gets to say where it hangs, in milliseconds. It is ended when it has said it. */
const hangReportMs = 3000

/** How long Node and its loaders may take to start, in milliseconds. On a busy machine that is more than many a limit, so it does not count. */
const startMs = 30_000

/**
 * Starts a child.
 * @param place where
 */
export function startSession({ root, cwd, env, loader = 'tsx' }: ChildPlace): Session {
  const child = fork(childEntry, [], {
    execArgv: ['--import', childPreload],
    cwd,
    env: withOwnNode(env),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
    detached: process.platform !== 'win32',
  })
  const stop = new AbortController()
  let setting: CallSetting | null = null
  let settle: ((message: Answer) => void) | null = null
  let isOver = false
  const supervised = supervise(child, whenClosed(child), {
    signal: stop.signal,
    onLine: (line) => setting?.onLine(line),
  })
  // Where the system allows no more open files there are no pipes: the child has not started, and that is reported.
  const pipe = (child.stdio as ChildProcess['stdio'] | undefined)?.[3] ?? Readable.from([])
  const trace = openTrace(pipe as Readable, supervised.stopLate)
  const ended = supervised.end().finally(() => {
    isOver = true
  })
  child.on('message', (message) => {
    const received = message as unknown as WorkMessage
    // Loaders of the child talk over the same channel.
    if (received.type === 'event') {
      const { kind, fields, stamp } = received
      if (stamp !== undefined) setting?.onStamp?.(stamp, { kind, ...fields })
      setting?.emit(kind as EventKind, fields as never)
    } else if (received.type === 'note') {
      const { note, stamp } = received
      if (stamp !== undefined) setting?.onStamp?.(stamp, note)
      setting?.onNote?.(note)
    } else if (received.type === 'begun') allow(hangReportMs)
    else if (received.type === 'done' || received.type === 'failed') settle?.(received)
  })
  const allow = (moreMs: number): void => {
    const timeoutMs = setting?.timeoutMs ?? null
    supervised.allow(timeoutMs === null ? null : timeoutMs + moreMs)
  }

  return {
    async call(operation, input, wanted, isLast = false) {
      if (wanted.signal.aborted) throw interrupted()
      setting = wanted as CallSetting
      trace.begin()
      const onAbort = (): void => stop.abort()
      wanted.signal.addEventListener('abort', onAbort, { once: true })
      try {
        allow(startMs)
        let answered: Answer | null = null
        const answer = new Promise<void>((resolve) => {
          settle = (message) => {
            // The first one counts: code that goes on after a fault may bring another.
            answered ??= message
            resolve()
          }
        })
        const { timeoutMs, watched = [] } = wanted
        const request: WorkRequest = { operation, input, root, timeoutMs, loader, isLast, watched }
        if (child.connected) child.send(request as never, () => undefined)
        await Promise.race([answer, ended])
        supervised.allow(null)
        const last = answered as Answer | null
        // What is told on the other pipes arrives on its own time, and all of it before the child is gone.
        if (last?.type !== 'done' || isLast) await ended
        else await Promise.race([Promise.all([trace.ended(), turn()]), ended])
        if (wanted.signal.aborted) throw interrupted()
        const files = trace.files()
        if (last?.type === 'done') return { files, outcome: { result: last.result as never } }
        if (last !== null) return { files, outcome: { problem: last.problem } }
        const { lastLines } = supervised.output
        const problem = supervised.isLate()
          ? timedOut(wanted.timeoutMs ?? 0, trace, lastLines)
          : died(await ended, trace, lastLines)
        return { files, outcome: { problem } }
      } finally {
        settle = null
        wanted.signal.removeEventListener('abort', onAbort)
      }
    },
    filesOf: (file) => trace.filesOf(file),
    isAlive: () => !isOver,
    async close() {
      supervised.kill()
      await ended
    },
  }
}

type Answer = Extract<WorkMessage, { type: 'done' | 'failed' }>

interface Ended {
  /** Why it could not be started. */
  readonly error?: Error
  readonly exitCode?: number
  readonly signal?: string
}

/** Never rejects: a child that cannot be started has ended, too. */
const whenClosed = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    child.on('error', (error) => child.pid === undefined && resolve({ error }))
    child.once('close', (exitCode, signal) =>
      resolve({ ...(exitCode === null ? {} : { exitCode }), ...(signal === null ? {} : { signal }) }),
    )
  })

/** A `node` that the user's code starts is the one that devdb runs with. */
function withOwnNode(env: ChildPlace['env']): Record<string, string | undefined> {
  const isWindows = process.platform === 'win32'
  const name = (isWindows && Object.keys(env).findLast((key) => key.toUpperCase() === 'PATH')) || 'PATH'
  const path = env[name] ?? process.env.PATH ?? ''
  const own = dirname(process.execPath)
  const isThere = path.split(delimiter).includes(own)
  return { ...env, [name]: isThere ? path : path === '' ? own : `${own}${delimiter}${path}` }
}

function timedOut(timeoutMs: number, trace: FileTrace, details: readonly string[]): Problem {
  const hangsAt = trace.hangsAt()
  const file = hangsAt?.file ?? trace.files().at(-1)
  return {
    code: 'model-timeout',
    message: `code of the project did not finish within ${timeoutMs} ms${hangsAt === null ? '' : ', and was busy here'}`,
    hint: 'end its loop, or allow more time in the configuration: models: { path, timeoutMs }',
    details,
    ...(file === undefined ? {} : { file }),
    ...(hangsAt === null ? {} : { line: hangsAt.line }),
  }
}

function died(ended: Ended, trace: FileTrace, details: readonly string[]): Problem {
  const system = ended.error === undefined ? null : systemProblem(ended.error)
  if (system !== null) return { ...system, message: `no child process can be started: ${system.message}` }
  const file = trace.files().at(-1)
  const how = ended.signal === undefined ? `exit code ${ended.exitCode ?? 'unknown'}` : `signal ${ended.signal}`
  return {
    code: 'worker-died',
    message: `the child process that ran the project's code ended with ${how}`,
    hint: 'look into the file that it loaded last, and at its last lines',
    details,
    ...(file === undefined ? {} : { file }),
  }
}

/** What a call that was cancelled throws. */
export const interrupted = (): DevdbError => new DevdbError('interrupted', 'cancelled')
