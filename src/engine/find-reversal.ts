/** What a roll-back or a restore took away and is pending again: somebody is back on the branch that has the files. */
import type { MigrationStatus, Reversal } from '../event/event.ts'
import { bareName } from '../migration/migration-folder.ts'
import type { Project } from './project.ts'

/**
 * Looks for it. Only where that was the last change of dev: an undo brings back what was before it, with its rows.
 * @param project the project
 * @param migrations the board as it is now
 * @returns null where there is nothing of the kind
 */
export async function findReversal(
  { config, snapshots }: Project,
  migrations: readonly MigrationStatus[],
): Promise<Reversal | null> {
  const change = snapshots.lastChanges.last()
  const verb = /^(roll-back|restore) /.exec(change?.what ?? '')?.[1] as Reversal['verb'] | undefined
  if (change === null || verb === undefined || change.label !== config.dev.label) return null
  const before = (await snapshots.list()).find(({ id }) => id === change.snapshot)?.migrations ?? []
  const applied = new Set(before.map(bareName))
  const names = migrations.flatMap(({ name, state }) =>
    state === 'pending' && applied.has(bareName(name)) ? [name] : [],
  )
  return names.length === 0 ? null : { verb, names }
}
