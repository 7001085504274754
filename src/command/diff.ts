/** `devdb diff`: what the models need that no migration gives, and where dev differs from its migrations; changes nothing. */
import { compareModels, findDrift, readModelSchema } from '../engine/compare-models.ts'
import { withLock } from '../engine/with-lock.ts'
import type { Change } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import { changeDocuments, printJson } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

/** @returns the exit code */
export async function runDiff(options: SessionOptions): Promise<number> {
  const session = await openSession('diff', options, 'abort')
  try {
    const { project, store, signal } = session
    const { models, drift } = await withLock(project, signal, store.emit, async () => ({
      models: (await compareModels(project, await readModelSchema(project, store.emit, signal), signal)).changes,
      drift: await findDrift(project, signal),
    }))
    if (options.json === true)
      return printJson({ models: changeDocuments(models), drift: drift === null ? null : changeDocuments(drift) }, null)
    printChanges('Models need a migration', models, 'The migrations give what the models need.')
    if (drift !== null && drift.length > 0)
      printChanges(`${session.config.dev.label} differs from its migrations`, drift, '')
    return 0
  } finally {
    await session.close()
  }
}

/** Prints a heading and a line for each change, or what to say when there is none. */
export function printChanges(heading: string, changes: readonly Change[], otherwise: string): void {
  const lines =
    changes.length === 0 ? [otherwise] : [heading, ...changes.map((change) => `  ${describeChange(change)}`)]
  process.stdout.write(`${lines.join('\n')}\n`)
}
