/** `devdb check`: do the migration files produce the models' schema? For CI and pre-commit hooks; needs no dev database. */

import { readAccepted, writeAccepted } from '../engine/accepted-file.ts'
import { compareModels, readModelSchema } from '../engine/compare-models.ts'
import { keepCurrentNeeds } from '../engine/model-needs.ts'
import { withLock } from '../engine/with-lock.ts'
import { entriesOf } from '../schema/accepted.ts'
import { print } from './print.ts'
import { foundDifferences, printChanges, printUnread, unreadDocument } from './print-changes.ts'
import { changeDocuments, printJson } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface CheckOptions extends SessionOptions {
  readonly accept?: boolean
  readonly staged?: boolean
}

/** @returns the exit code */
export async function runCheck(options: CheckOptions): Promise<number> {
  if (options.staged === true) return (await import('./check-staged.ts')).runCheckStaged(options)
  const session = await openSession('check', options, 'abort')
  try {
    const { project, store, signal, config } = session
    const found = await withLock(project, signal, store.emit, async () =>
      compareModels(project, await readModelSchema(project, store.emit, signal), signal),
    )
    const isAccepting = options.accept === true
    if (isAccepting)
      writeAccepted(
        config,
        [...new Set([...keptEntries(readAccepted(config), found.stale), ...entriesOf(found.changes)])].sort(),
      )
    const { changes, accepted, stale } = isAccepting
      ? { changes: [], accepted: found.accepted + found.changes.length, stale: [] }
      : found
    await keepCurrentNeeds(project, changes)
    if (options.json === true)
      printJson({ changes: changeDocuments(changes), accepted, stale, ...unreadDocument(found.unread) }, null)
    else {
      printFindings(changes, accepted, stale)
      printUnread(found.unread)
    }
    return changes.length === 0 ? 0 : foundDifferences
  } finally {
    await session.close()
  }
}

const keptEntries = (entries: readonly string[], stale: readonly string[]): readonly string[] =>
  entries.filter((entry) => !stale.includes(entry))

function printFindings(changes: Parameters<typeof printChanges>[1], accepted: number, stale: readonly string[]): void {
  printChanges('Models need a migration', changes, 'The migrations give what the models need.')
  if (accepted > 0) print(`${accepted} accepted in devdb.accepted.json\n`)
  for (const entry of stale) print(`accepted, but no longer true: ${entry}\n`)
}
