/** `devdb diff`: what the models need that no migration gives, and where dev differs from its migrations; changes nothing. */
import { compareModels, findDrift, readModelSchema } from '../engine/compare-models.ts'
import { keepCurrentNeeds } from '../engine/model-needs.ts'
import { withLock } from '../engine/with-lock.ts'
import { printChanges, printUnread } from './print-changes.ts'
import { changeDocuments, printJson } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

/** @returns the exit code */
export async function runDiff(options: SessionOptions): Promise<number> {
  const session = await openSession('diff', options, 'abort')
  try {
    const { project, store, signal } = session
    const { found, drift } = await withLock(project, signal, store.emit, async () => {
      const models = await readModelSchema(project, store.emit, signal)
      return { found: await compareModels(project, models, signal), drift: await findDrift(project, models, signal) }
    })
    await keepCurrentNeeds(project, found.changes)
    if (options.json === true) {
      const documents = drift === null ? null : changeDocuments(drift)
      return printJson({ models: changeDocuments(found.changes), drift: documents }, null)
    }
    printChanges('Models need a migration', found.changes, 'The migrations give what the models need.')
    printUnread(found.unread)
    if (drift !== null && drift.length > 0)
      printChanges(`${session.config.dev.label} differs from its migrations`, drift, '')
    return 0
  } finally {
    await session.close()
  }
}
