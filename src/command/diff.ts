/** `devdb diff`: what the models need that no migration gives, and where dev differs from its migrations; changes nothing. */

import { compareModels, readModelSchema } from '../engine/compare-models.ts'
import { findDrift } from '../engine/find-drift.ts'
import { keepDrift } from '../engine/known-drift.ts'
import { keepCurrentNeeds } from '../engine/model-needs.ts'
import { assertComparable, notCompared } from '../engine/not-compared.ts'
import { withLock } from '../engine/with-lock.ts'
import { writeSql } from '../engine/write-sql.ts'
import { print } from './print.ts'
import { printChanges, printUnread, unreadDocument } from './print-changes.ts'
import { changeDocuments, printJson } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface DiffOptions extends SessionOptions {
  readonly sql?: boolean
}

/** @returns the exit code */
export async function runDiff(options: DiffOptions): Promise<number> {
  const session = await openSession('diff', options, 'abort')
  try {
    const { project, store, signal, config } = session
    const { found, drift, sql } = await withLock(project, signal, store.emit, async () => {
      if (options.sql === true) assertComparable(config)
      const models = await readModelSchema(project, store.emit, signal)
      return {
        found: config.builtFrom === 'models' ? await compareModels(project, models, signal) : null,
        drift: await findDrift(project, models, signal),
        sql: options.sql === true ? await writeSql(project, models, signal) : null,
      }
    })
    if (found !== null) await keepCurrentNeeds(project, found.changes)
    await keepDrift(project, drift)
    if (options.json === true) {
      const documents = drift === null ? null : changeDocuments(drift.changes)
      const more = { ...(sql === null ? {} : { sql }), ...unreadDocument(found?.unread ?? []) }
      return printJson(
        { models: found === null ? null : changeDocuments(found.changes), drift: documents, ...more },
        null,
      )
    }
    if (sql !== null) {
      print(sql === '' ? '' : `${sql}\n`)
      return 0
    }
    if (found === null) print(`${notCompared}\n`)
    else printChanges('Models need a migration', found.changes, 'The migrations give what the models need.')
    printUnread(found?.unread ?? [])
    if (drift !== null && drift.changes.length > 0) {
      printChanges(`${session.config.dev.label} differs from its migrations`, drift.changes, '')
      print('devdb drift names each, to adopt it, take it back or ignore it\n')
    }
    return 0
  } finally {
    await session.close()
  }
}
