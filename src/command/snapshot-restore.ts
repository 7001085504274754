/** `devdb snapshot restore ID|NAME`: make the dev database what it was when a snapshot was taken. */
import type { Project } from '../engine/project.ts'
import { describeDifference } from '../event/describe-difference.ts'
import { formatWhen } from '../event/format-duration.ts'
import { called, findSnapshot } from '../snapshot/find-snapshot.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { confirm } from './confirm.ts'
import { endWith } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface RestoreOptions extends SessionOptions {
  readonly yes?: boolean
}

/** @returns the exit code */
export async function runSnapshotRestore(word: string, options: RestoreOptions): Promise<number> {
  const [yes, json] = [options.yes === true, options.json === true]
  const session = await openSession(`snapshot restore ${word}`, options, 'finish')
  try {
    const snapshot = findSnapshot(await session.project.snapshots.list(), word)
    // Who has said yes already need not wait until all rows are compared.
    const text = yes ? '' : await question(session.project, snapshot)
    if (!(await confirm({ text, command: `devdb snapshot restore ${snapshot.id}`, yes, json }))) return 0
    const { restored, saved, rows, problem } = await session.engine.restore(snapshot.id)
    return endWith(json, { restored, saved, ...rows }, problem)
  } finally {
    await session.close()
  }
}

async function question({ config, dialect, snapshots }: Project, snapshot: Snapshot): Promise<string> {
  const { label } = config.dev
  const of = snapshot.label === label ? '' : ` of ${snapshot.label}`
  const head = `${label} becomes snapshot ${called(snapshot)}${of} of ${formatWhen(snapshot.at, Date.now())} (${snapshot.reason})`
  if (!(await dialect.exists(config.dev))) return head
  const since = await dialect
    .compareContents(snapshots.target(snapshot.id), config.dev, config.waitMs)
    .catch(() => null)
  return `${head}; ${describeDifference(since)}; ${label} as it is now is kept in a snapshot`
}
