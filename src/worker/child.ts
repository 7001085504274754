/** The child process: takes one request, runs one operation, answers, and is gone. */
import { registerPublicDoor } from '../config/import-config.ts'
import { DevdbError, toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { importFile } from '../process/import-file.ts'
import { buildSchemaOperation } from './operation/build-schema.ts'
import { loadConfigOperation } from './operation/load-config.ts'
import type { Workplace } from './operation/operation.ts'
import { runMigrationsOperation } from './operation/run-migrations.ts'
import { runSeedModuleOperation } from './operation/run-seed-module.ts'
import { runSeedScriptOperation } from './operation/run-seed-script.ts'
import { placeOf } from './place-of.ts'
import type { OperationName, Operations, WorkMessage, WorkRequest } from './protocol.ts'
import { traceFiles } from './trace-files.ts'

type Run<Name extends OperationName> = (
  input: Operations[Name]['input'],
  workplace: Workplace,
) => Promise<Operations[Name]['result']>

const operations: { readonly [Name in OperationName]: Run<Name> } = {
  'build-schema': buildSchemaOperation,
  'load-config': loadConfigOperation,
  'run-migrations': runMigrationsOperation,
  'run-seed-module': runSeedModuleOperation,
  'run-seed-script': runSeedScriptOperation,
}

const exit = process.exit.bind(process)

/** Everything sent before has arrived when the callback is called, so nothing is lost by the exit. */
const answer = (message: WorkMessage): void => {
  process.send?.(message, undefined, {}, () => exit(0))
}

// When devdb itself is killed, its children go too.
process.on('disconnect', () => exit(1))

process.once('message', async (request: WorkRequest) => {
  const { root, operation, input, timeoutMs } = request
  const fail = (error: unknown): void => answer({ type: 'failed', problem: placeOf(error, toProblem(error)) })
  process.on('uncaughtException', (error) => fail(userError(error)))
  process.on('unhandledRejection', (error) => fail(userError(error)))
  process.exit = ((code?: number) => {
    fail(
      new DevdbError('model-exit', `process.exit(${code ?? ''}) was called while the project's code was loaded`, {
        hint: 'end the process only where the program is started, not where it is imported',
        cause: new Error('process.exit'),
      }),
    )
    throw new Error('process.exit')
  }) as typeof process.exit
  if (operation === 'load-config') registerPublicDoor()
  const disarm = traceFiles(timeoutMs)
  try {
    const emit: Emit = (kind, fields) => void process.send?.({ type: 'event', kind, fields } satisfies WorkMessage)
    const run = operations[operation] as (input: unknown, workplace: Workplace) => Promise<unknown>
    const result = await run(input, { root, emit, importFile })
    answer({ type: 'done', result })
  } catch (error) {
    fail(error)
  } finally {
    disarm()
  }
})

const userError = (error: unknown): DevdbError =>
  error instanceof DevdbError
    ? error
    : new DevdbError('model-failed', error instanceof Error ? error.message : String(error), {
        cause: error,
        hint: 'mend the file, and save',
      })
