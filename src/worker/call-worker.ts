/** How user code is run: in a child process made for one operation, which is gone afterwards with all it started. */
import { type ChildProcess, fork } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { DevdbError, type Problem } from '../error.ts'
import type { Emit, EventKind } from '../event/event.ts'
import { supervise } from '../process/supervise.ts'
import { childEntry, childPreload } from './child-entry.ts'
import type { OperationName, Operations, WorkMessage, WorkRequest } from './protocol.ts'
import type { TraceLine } from './trace-line.ts'

/** How an operation is to run. */
export interface CallSetting {
  /** The user's project. */
  readonly root: string
  readonly cwd: string
  /** The whole environment of the child; it sees it before any user code is loaded. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** How long it may take, in milliseconds; null for no limit. */
  readonly timeoutMs: number | null
  readonly emit: Emit
  onLine(line: string): void
}

/** What came of an operation: the files are known either way, so that a broken one can be watched until it is mended. */
export interface Call<Result> {
  /** Local files of the user's that the child loaded, absolute, in order. */
  readonly files: readonly string[]
  readonly outcome: { readonly result: Result } | { readonly problem: Problem }
}

/** How much longer than its limit a child gets to say where it hangs, in milliseconds. It is ended when it has said it. */
const hangReportMs = 3000

/** How long Node and its loaders may take to start, in milliseconds. On a busy machine that is more than many a limit, so it does not count. */
const startMs = 30_000

/**
 * Runs one operation in a child process.
 * @param operation which
 * @param input what it needs
 * @param setting where and how
 * @throws DevdbError `interrupted` when the signal came
 */
export async function callWorker<Name extends OperationName>(
  operation: Name,
  input: Operations[Name]['input'],
  setting: CallSetting,
): Promise<Call<Operations[Name]['result']>> {
  if (setting.signal.aborted) throw interrupted()
  const child = fork(childEntry, [], {
    execArgv: ['--import', childPreload],
    cwd: setting.cwd,
    env: withOwnNode(setting.env),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
    detached: process.platform !== 'win32',
  })
  const supervised = supervise(child, whenClosed(child), setting)
  const trace = readTrace(child.stdio[3] as Readable, supervised.stopLate)
  const allow = (moreMs: number): void =>
    supervised.allow(setting.timeoutMs === null ? null : setting.timeoutMs + moreMs)
  allow(startMs)
  let last: Extract<WorkMessage, { type: 'done' | 'failed' }> | undefined
  child.on('message', (message) => {
    const received = message as unknown as WorkMessage
    // Loaders of the child talk over the same channel.
    if (received.type === 'event') setting.emit(received.kind as EventKind, received.fields as never)
    else if (received.type === 'begun') allow(hangReportMs)
    else if (received.type === 'done' || received.type === 'failed') last ??= received
  })
  const request: WorkRequest = { operation, input, root: setting.root, timeoutMs: setting.timeoutMs }
  child.send(request as never, () => undefined)
  const ended = await supervised.end()
  if (setting.signal.aborted) throw interrupted()
  const files = [...trace.files]
  if (last?.type === 'done') return { files, outcome: { result: last.result as Operations[Name]['result'] } }
  if (last !== undefined) return { files, outcome: { problem: last.problem } }
  const { lastLines } = supervised.output
  const problem = supervised.isLate()
    ? timedOut(setting.timeoutMs ?? 0, trace, lastLines)
    : died(ended, trace, lastLines)
  return { files, outcome: { problem } }
}

interface Ended {
  readonly exitCode?: number
  readonly signal?: string
}

/** Never rejects: a child that cannot be started has ended, too. */
const whenClosed = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    child.on('error', () => child.pid === undefined && resolve({}))
    child.once('close', (exitCode, signal) =>
      resolve({ ...(exitCode === null ? {} : { exitCode }), ...(signal === null ? {} : { signal }) }),
    )
  })

/** A `node` that the user's code starts is the one that devdb runs with. */
function withOwnNode(env: CallSetting['env']): Record<string, string | undefined> {
  const isWindows = process.platform === 'win32'
  const name = (isWindows && Object.keys(env).findLast((key) => key.toUpperCase() === 'PATH')) || 'PATH'
  const path = env[name] ?? process.env.PATH ?? ''
  const own = dirname(process.execPath)
  const isThere = path.split(delimiter).includes(own)
  return { ...env, [name]: isThere ? path : path === '' ? own : `${own}${delimiter}${path}` }
}

interface Trace {
  readonly files: Set<string>
  hangsAt: { readonly file: string; readonly line: number } | null
}

/** All of it counts, however much it is; what is no trace was written by the user's code, and is none of ours. */
function readTrace(stream: Readable, onHang: () => void): Trace {
  const trace: Trace = { files: new Set(), hangsAt: null }
  createInterface({ input: stream }).on('line', (text) => {
    const line = parseTrace(text)
    if (line === null) return
    if ('hangsAt' in line) {
      trace.hangsAt = line.hangsAt
      onHang()
    } else {
      // The last one is whose code runs.
      trace.files.delete(line.file)
      trace.files.add(line.file)
    }
  })
  stream.on('error', () => undefined)
  return trace
}

function parseTrace(text: string): TraceLine | null {
  try {
    const line = JSON.parse(text) as Partial<Record<'file' | 'hangsAt', unknown>> | null
    const isTrace = typeof line?.file === 'string' || (typeof line?.hangsAt === 'object' && line.hangsAt !== null)
    return isTrace ? (line as unknown as TraceLine) : null
  } catch {
    return null
  }
}

function timedOut(timeoutMs: number, trace: Trace, details: readonly string[]): Problem {
  const file = trace.hangsAt?.file ?? [...trace.files].at(-1)
  return {
    code: 'model-timeout',
    message: `code of the project did not finish within ${timeoutMs} ms${trace.hangsAt === null ? '' : ', and was busy here'}`,
    hint: 'end its loop, or allow more time in the configuration: models: { path, timeoutMs }',
    details,
    ...(file === undefined ? {} : { file }),
    ...(trace.hangsAt === null ? {} : { line: trace.hangsAt.line }),
  }
}

function died(ended: Ended, trace: Trace, details: readonly string[]): Problem {
  const file = [...trace.files].at(-1)
  const how = ended.signal === undefined ? `exit code ${ended.exitCode ?? 'unknown'}` : `signal ${ended.signal}`
  return {
    code: 'worker-died',
    message: `the child process that ran the project's code ended with ${how}`,
    hint: 'the last file that it loaded is named; its last lines are below',
    details,
    ...(file === undefined ? {} : { file }),
  }
}

const interrupted = (): DevdbError => new DevdbError('interrupted', 'cancelled')
