/** Whether a change whose process was killed came to its end. */
import type { ContentDifference } from '../event/event.ts'
import type { LastChange } from '../snapshot/last-change.ts'
import type { Project } from './project.ts'

/**
 * The last change that is in dev. A change that may have entered is told by what dev holds: it is in, unless dev is nearer to the snapshot of
 * before than to what was to enter. Where that cannot be told it counts as in: then its snapshot is offered, and what it discards is named.
 * @param project the project
 * @returns null where there is none
 */
export async function findLastChange({ config, dialect, snapshots }: Project): Promise<LastChange | null> {
  const { lastChanges } = snapshots
  const entering = lastChanges.entering()
  const isOfDev = (change: LastChange | null): boolean => change?.label === config.dev.label
  const last = isOfDev(lastChanges.last()) ? lastChanges.last() : null
  if (entering === null || !isOfDev(entering)) return last
  if (entering.snapshot === null) return (await dialect.exists(config.dev)) ? entering : last
  try {
    const before = await distanceFrom(snapshots.target(entering.snapshot))
    if (before === 0) return last
    const after = await distanceFrom(snapshots.entered(entering.id))
    return after <= before ? entering : last
  } catch {
    return entering
  }

  async function distanceFrom(moment: Parameters<typeof dialect.compareContents>[0]): Promise<number> {
    return sizeOf(await dialect.compareContents(moment, config.dev, config.waitMs))
  }
}

/** Writes down what `findLastChange` found. Only for who holds the lock: otherwise the change may be entering right now. */
export async function settleLastChange(project: Project): Promise<void> {
  const { lastChanges } = project.snapshots
  const entering = lastChanges.entering()
  if (entering === null) return
  const last = await findLastChange(project)
  if (last?.id === entering.id) lastChanges.finish(entering)
  else lastChanges.cancel()
}

const sizeOf = ({ tables, isSchemaSame }: ContentDifference): number =>
  tables.reduce((sum, { added, changed, removed }) => sum + added + changed + removed, isSchemaSame ? 0 : 1)
