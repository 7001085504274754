/** What did a change of dev do to its rows? Counted between the snapshot of right before and the copy that entered, so that nobody is in the way. */
import type { Target } from '../database/target.ts'
import type { KeptState } from '../dialect/kept-state.ts'
import { toProblem } from '../error.ts'
import { formatSize } from '../event/format-duration.ts'
import { noRowLoss, type RowReport, rowReport } from '../event/row-loss.ts'
import type { Project } from './project.ts'

/** How large a database may be, in bytes, and how long it may take, in milliseconds: the change is done, and somebody waits for it to say so. */
const [mostBytes, mostMs] = [1_000_000_000, 5000]

/**
 * Counts it. What cannot be counted fails no change: the report says so.
 * @param project the project
 * @param saved id of the snapshot of right before; null where nothing was there, or nothing was changed
 * @param bounds for tests
 */
export async function countGone(
  { config, dialect, snapshots }: Project,
  saved: string | null,
  bounds = { bytes: mostBytes, ms: mostMs },
): Promise<RowReport> {
  if (saved === null) return noRowLoss
  const [snapshot, entered] = [snapshots.target(saved), snapshots.entered(saved)]
  const stateOf = async (target: Target): Promise<KeptState> => ({
    target,
    schema: await dialect.introspect(target, config.migrations.meta),
  })
  try {
    const bytes = await dialect.sizeOf(snapshot)
    if (bytes > bounds.bytes) return { ...noRowLoss, notCounted: `${config.dev.label} has ${formatSize(bytes)}` }
    const before = await stateOf(snapshot)
    // There is none where there was no room for it.
    const after = await stateOf((await dialect.exists(entered)) ? entered : config.dev)
    const tables = new Set(Object.keys(before.schema.tables))
    const { losses, isWhole } = await dialect.findLosses({ before, after, origin: null, tables, maxMs: bounds.ms })
    const reason = `it would take longer than ${bounds.ms / 1000} s for the ${formatSize(bytes)} of ${config.dev.label}`
    return isWhole ? rowReport(losses) : { ...noRowLoss, notCounted: reason }
  } catch (error) {
    return { ...noRowLoss, notCounted: toProblem(error).message }
  }
}
