/** The child process: takes one request, runs one operation, answers, and is gone. */
import { registerPublicDoor, registerTypeScript } from '../config/user-code-loader.ts'
import { DevdbError, messageOf, toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { importFile } from '../process/import-file.ts'
import { isFromSources } from './child-entry.ts'
import type { Operation, OperationCode, Workplace } from './operation/operation.ts'
import { placeOf } from './place-of.ts'
import type { OperationName, Operations, WorkMessage, WorkRequest } from './protocol.ts'
import { trace, traceFiles } from './trace-files.ts'

// Loaders and database drivers put many frames of their own between the fault and the user's line.
Error.stackTraceLimit = 100

type AnyOperation = Operation<unknown, unknown>

type LoadOperation<Name extends OperationName> = () => Promise<{ readonly operation: OperationCode<Operations[Name]> }>

/** A child runs exactly one of them, so only that one is loaded. */
const operations: { readonly [Name in OperationName]: LoadOperation<Name> } = {
  'build-schema': () => import('./operation/build-schema.ts'),
  'load-config': () => import('./operation/load-config.ts'),
  'rehearse-migrations': () => import('./operation/rehearse-migrations.ts'),
  'run-migrations': () => import('./operation/run-migrations.ts'),
  'run-seed-module': () => import('./operation/run-seed-module.ts'),
  'run-seed-script': () => import('./operation/run-seed-script.ts'),
}

const exit = process.exit.bind(process)

/** Everything sent before has arrived when the callback is called, so nothing is lost by the exit. */
const answer = (message: WorkMessage): void => {
  process.send?.(message, undefined, {}, () => exit(0))
}

// When devdb itself is killed, its children go too.
process.on('disconnect', () => exit(1))

process.once('message', async (request: WorkRequest) => {
  const { root, input, timeoutMs } = request
  const { operation } = (await operations[request.operation]()) as { operation: OperationCode<AnyOperation> }
  let running: string | undefined
  const tellRunning = (file: string): void => {
    running = file
    trace({ file })
  }
  const fail = (error: unknown): void => answer({ type: 'failed', problem: placeOf(error, toProblem(error)) })
  process.on('uncaughtException', (error) => fail(userError(error, running)))
  process.on('unhandledRejection', (error) => fail(userError(error, running)))
  process.exit = ((code?: number) => {
    fail(
      new DevdbError('model-exit', `process.exit(${code ?? ''}) was called by code of the project`, {
        hint: 'take that call out, or make it only where a program is started, not where it is imported',
        cause: new Error('process.exit'),
      }),
    )
    throw new Error('process.exit')
  }) as typeof process.exit
  operation.prepare?.(input, root)
  const importsCode = operation.importsCode(input)
  if (importsCode && !isFromSources) await registerTypeScript()
  if (importsCode && request.operation === 'load-config') registerPublicDoor()
  const disarm = importsCode ? traceFiles(timeoutMs) : () => undefined
  // Without the channel the process would end now: the code awaits what nothing is left to bring.
  process.channel?.unref()
  process.on('beforeExit', () => fail(waitsInVain(running)))
  process.send?.({ type: 'begun' } satisfies WorkMessage)
  try {
    const emit: Emit = (kind, fields) => void process.send?.({ type: 'event', kind, fields } satisfies WorkMessage)
    const importRunning = (file: string): Promise<unknown> => {
      tellRunning(file)
      return importFile(file)
    }
    const workplace: Workplace = { root, emit, importFile: importRunning, tellRunning }
    const result = await operation.run(input, workplace)
    answer({ type: 'done', result })
  } catch (error) {
    fail(error)
  } finally {
    disarm()
  }
})

const userError = (error: unknown, file: string | undefined): DevdbError =>
  error instanceof DevdbError
    ? error
    : new DevdbError('model-failed', messageOf(error), { ...at(file), cause: error, hint: 'mend the file, and save' })

const waitsInVain = (file: string | undefined): DevdbError =>
  new DevdbError('model-failed', 'the code awaits a promise that nothing is left to settle', {
    ...at(file),
    hint: 'look for a promise whose resolve is never called',
  })

const at = (file: string | undefined) => (file === undefined ? {} : { file })
