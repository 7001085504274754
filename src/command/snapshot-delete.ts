/** `devdb snapshot delete ID|NAME`: remove a snapshot for good. */
import { formatWhen } from '../event/format-duration.ts'
import { called, findSnapshot } from '../snapshot/find-snapshot.ts'
import { confirm } from './confirm.ts'
import { endWith } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface DeleteOptions extends SessionOptions {
  readonly yes?: boolean
}

/** @returns the exit code */
export async function runSnapshotDelete(word: string, options: DeleteOptions): Promise<number> {
  const session = await openSession(`snapshot delete ${word}`, options, 'finish')
  try {
    const { snapshots } = session.project
    const snapshot = findSnapshot(await snapshots.list(), word, true)
    const isNeeded = snapshots.lastChanges.last()?.snapshot === snapshot.id
    const question = {
      text: `snapshot ${called(snapshot)} of ${formatWhen(snapshot.at, Date.now())} (${snapshot.reason}) will be gone for good${isNeeded ? ', and the last change can no longer be undone' : ''}`,
      command: `devdb snapshot delete ${snapshot.id}`,
    }
    if (!(await confirm({ ...question, yes: options.yes === true, json: options.json === true }))) return 0
    const report = await session.engine.deleteSnapshot(snapshot.id)
    return endWith(options.json === true, { deleted: report.snapshot?.id ?? null, saved: null }, report.problem)
  } finally {
    await session.close()
  }
}
