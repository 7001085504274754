/** The child process: takes requests one after the other, runs an operation for each, and is gone when the last is answered or one fails. */
import type { Loader } from '../config/config.ts'
import { registerPublicDoor, registerTypeScript } from '../config/user-code-loader.ts'
import type { TargetSettings } from '../database/target.ts'
import { DevdbError, messageOf, toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { fileStamp } from '../process/file-stamp.ts'
import { importFile } from '../process/import-file.ts'
import { packageHint } from '../process/package-hint.ts'
import { isFromSources } from './child-entry.ts'
import { loadSettings } from './load-settings.ts'
import type { Operation, OperationCode, Workplace } from './operation/operation.ts'
import { placeOf } from './place-of.ts'
import type { OperationName, Operations, WorkMessage, WorkRequest } from './protocol.ts'
import { trace, traceFiles, traceRequired } from './trace-files.ts'

// Loaders and database drivers put many frames of their own between the fault and the user's line.
Error.stackTraceLimit = 100

type AnyOperation = Operation<unknown, unknown, unknown>

type LoadOperation<Name extends OperationName> = () => Promise<{ readonly operation: OperationCode<Operations[Name]> }>

/** Each is loaded when it is asked for. */
const operations: { readonly [Name in OperationName]: LoadOperation<Name> } = {
  'build-schema': () => import('./operation/build-schema.ts'),
  'create-tables': () => import('./operation/create-tables.ts'),
  'define-models': () => import('./operation/define-models.ts'),
  'load-config': () => import('./operation/load-config.ts'),
  'read-cli-settings': () => import('./operation/read-cli-settings.ts'),
  'rehearse-migrations': () => import('./operation/rehearse-migrations.ts'),
  'run-migrations': () => import('./operation/run-migrations.ts'),
  'run-seed-module': () => import('./operation/run-seed-module.ts'),
  'run-seed-script': () => import('./operation/run-seed-script.ts'),
  'try-draft': () => import('./operation/try-draft.ts'),
  'warm-up': () => import('./operation/warm-up.ts'),
}

/** What a build asks for one after the other. To import even what is loaded goes through the thread of the loader hooks. */
const ofBuild: readonly OperationName[] = ['define-models', 'create-tables', 'run-seed-module', 'run-seed-script']

const loaded = new Map<OperationName, OperationCode<AnyOperation>>()

async function load(name: OperationName): Promise<OperationCode<AnyOperation>> {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const { operation } = (await operations[name]()) as { operation: OperationCode<AnyOperation> }
  loaded.set(name, operation)
  return operation
}

const exit = process.exit.bind(process)

/** The file whose code runs now. */
let running: string | undefined
/** Loaders and hooks, registered when code of the user's is first imported. */
let clock: { arm(timeoutMs: number | null): void; disarm(): void } | null = null

/** Everything sent before has arrived when the callback is called, so nothing is lost by the exit. */
const answerLast = (message: WorkMessage): void => {
  process.send?.(message, undefined, {}, () => exit(0))
}

/** Whether a fault ends this process: what its code does until then is reported no more. */
let isEnding = false

/** After a fault nobody knows what state this process is in. */
const fail = (error: unknown): void => {
  isEnding = true
  answerLast({ type: 'failed', problem: placeOf(error, toProblem(error)) })
}

const tellRunning = (file: string): void => {
  running = file
  trace({ file })
}

// When devdb itself is killed, its children go too.
process.on('disconnect', () => exit(1))
process.on('uncaughtException', (error) => fail(userError(error, running)))
process.on('unhandledRejection', (error) => fail(userError(error, running)))
process.on('beforeExit', () => fail(waitsInVain(running)))

process.on('message', (message) => void work(message as WorkRequest))

async function work({ operation: name, root, input, timeoutMs, loader, isLast, watched }: WorkRequest): Promise<void> {
  try {
    if (name === 'warm-up') await Promise.all(ofBuild.map(load))
    const operation = await load(name)
    process.exit = refuseExit
    const workplace = workplaceIn(root, watched)
    operation.prepare?.(input, root)
    if (operation.importsCode(input)) {
      clock ??= await openToUserCode(name, loader, root)
      clock?.arm(timeoutMs)
      const { target } = input as { readonly target?: TargetSettings }
      if (target !== undefined && name !== 'warm-up') await loadSettings(target, root, workplace.importFile)
    }
    // Without the channel the process would end now: the code awaits what nothing is left to bring.
    process.channel?.unref()
    process.send?.({ type: 'begun' } satisfies WorkMessage)
    const result = await operation.run(input, workplace)
    answer({ type: 'done', result }, isLast)
  } catch (error) {
    fail(error)
  } finally {
    clock?.disarm()
  }
}

async function openToUserCode(name: OperationName, loader: Loader, root: string): Promise<typeof clock> {
  if (!isFromSources) await registerTypeScript(root)
  if (name === 'load-config') registerPublicDoor()
  if (loader === 'typescript') {
    // Loaded for this alone; an idle child has the time to load TypeScript, too.
    const { registerTranspiler } = await import('../config/register-transpiler.ts')
    registerTranspiler(root, name === 'warm-up')
  }
  return traceFiles()
}

function workplaceIn(root: string, watched: readonly string[]): Workplace<unknown> {
  const stamp = () => (watched.length > 0 ? { stamp: fileStamp(watched) } : {})
  const emit: Emit = (kind, fields) => {
    const stamped = kind.startsWith('migration-') ? stamp() : {}
    process.send?.({ type: 'event', kind, fields, ...stamped } satisfies WorkMessage)
  }
  const note = (one: unknown): Promise<void> =>
    new Promise((resolve) => {
      const message = { type: 'note', note: one, ...stamp() } satisfies WorkMessage
      if (isEnding) return
      if (process.send === undefined) resolve()
      else process.send(message, undefined, {}, () => resolve())
    })
  const importRunning = (file: string, again = 0): Promise<unknown> => {
    tellRunning(file)
    return importFile(file, again)
  }
  return { root, emit, note, importFile: importRunning, tellRunning }
}

function answer(message: WorkMessage, isLast: boolean): void {
  if (isLast) {
    answerLast(message)
    return
  }
  traceRequired()
  trace({ end: true })
  process.channel?.ref()
  process.send?.(message)
}

const refuseExit = ((code?: number) => {
  fail(
    new DevdbError('model-exit', `process.exit(${code ?? ''}) was called by code of the project`, {
      hint: 'take that call out, or make it only where a program is started, not where it is imported',
      cause: new Error('process.exit'),
    }),
  )
  throw new Error('process.exit')
}) as typeof process.exit

const userError = (error: unknown, file: string | undefined): DevdbError =>
  error instanceof DevdbError
    ? error
    : new DevdbError('model-failed', messageOf(error), {
        ...at(file),
        cause: error,
        hint: (file === undefined ? null : packageHint(error, file)) ?? 'mend the file, and save',
      })

const waitsInVain = (file: string | undefined): DevdbError =>
  new DevdbError('model-failed', 'the code awaits a promise that nothing is left to settle', {
    ...at(file),
    hint: 'look for a promise whose resolve is never called',
  })

const at = (file: string | undefined) => (file === undefined ? {} : { file })
