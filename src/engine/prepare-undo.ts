/** What would an undo take back, and what would it discard? */
import { DevdbError } from '../error.ts'
import type { EventFields } from '../event/event.ts'
import type { LastChange } from '../snapshot/last-change.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { Project } from './project.ts'
import { findLastChange } from './settle-last-change.ts'

/** What is shown to who is asked. */
export type UndoPlan = EventFields['undo-prepared']

/**
 * The last change of dev, and the snapshot of right before.
 * @param project the project
 * @throws DevdbError `nothing-to-undo`
 */
export async function lastUndoable(
  project: Project,
): Promise<{ readonly change: LastChange; readonly snapshot: Snapshot }> {
  const { config, snapshots } = project
  const { label } = config.dev
  const change = await findLastChange(project)
  if (change === null) {
    throw new DevdbError('nothing-to-undo', `devdb has made no change of ${label} that is known here`, {
      hint: 'devdb snapshot list',
    })
  }
  if (change.snapshot === null) {
    throw new DevdbError('nothing-to-undo', `the last change, ${change.what}, made ${label}: there was none before`, {
      hint: 'what was kept of it: devdb snapshot list',
    })
  }
  const snapshot = (await snapshots.list()).find(({ id }) => id === change.snapshot)
  if (snapshot === undefined) {
    throw new DevdbError(
      'nothing-to-undo',
      `the snapshot ${change.snapshot} of right before the last change, ${change.what}, is gone`,
      { hint: 'devdb snapshot list' },
    )
  }
  return { change, snapshot }
}

/**
 * Reads what an undo would do; changes nothing.
 * @param project the project
 * @throws DevdbError `nothing-to-undo`
 */
export async function prepareUndo(project: Project): Promise<UndoPlan> {
  const { config, dialect, snapshots } = project
  const { change, snapshot } = await lastUndoable(project)
  const entered = snapshots.entered(change.id)
  const since = (await dialect.exists(entered))
    ? await dialect.compareContents(entered, config.dev, config.waitMs).catch(() => null)
    : null
  return { change: change.id, what: change.what, at: change.at, snapshot: snapshot.id, since }
}
