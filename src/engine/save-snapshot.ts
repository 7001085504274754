/** How dev is copied to the snapshots as it is now. */
import { DevdbError } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { reach } from '../process/reach.ts'
import { checkName } from '../snapshot/find-snapshot.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { appliedIn } from './applied-in.ts'
import type { Project } from './project.ts'

/**
 * Why a snapshot is taken. `isByHand`: somebody asked for it, so that it is never dropped for others. `isBeforeCode`: nothing was about to
 * change dev, but code of the project was about to run.
 */
export interface SnapshotWish {
  readonly reason: string
  readonly name: string | null
  readonly isByHand?: boolean
  readonly isBeforeCode?: boolean
}

/**
 * Saves a snapshot, under the lock.
 * @param project the project
 * @param wish why, and what to call it
 * @param emit where its events go
 * @throws DevdbError `dev-absent`, `dev-busy`, `dev-unreadable`, `disk-full`, `snapshot-taken`; `usage` for an unfit name
 */
export async function saveSnapshot(
  { config, dialect, snapshots, ...rest }: Project,
  { reason, name, isByHand = false, isBeforeCode = false }: SnapshotWish,
  emit: Emit,
): Promise<Snapshot> {
  const project = { config, dialect, snapshots, ...rest }
  await snapshots.removeLeftovers()
  const checked = name === null ? null : checkName(await snapshots.list(), name)
  if (!(await dialect.exists(config.dev))) {
    throw new DevdbError('dev-absent', `there is no dev database ${config.dev.label}, so there is nothing to save`, {
      hint: 'devdb upgrade',
    })
  }
  const at = Date.now()
  const { id, target } = snapshots.next(at)
  const bytes = await dialect.copy(config.dev, target, config.waitMs)
  reach('snapshot-copied')
  const migrations = await appliedIn(project, target)
  const { label } = config.dev
  const seal = await dialect.seal(target, config.dev)
  const kind = isBeforeCode ? { isBeforeCode } : {}
  const snapshot = { id, name: checked, at, bytes, reason, automatic: !isByHand, ...kind, migrations, label, seal }
  snapshots.record(snapshot)
  // It is saved, whatever becomes of the others.
  await snapshots.tidy().catch(() => undefined)
  emit('snapshot-saved', { id, name: checked, reason, bytes })
  return snapshot
}
