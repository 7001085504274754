/** Whether a change whose process was killed came to its end, and what is made of what it left. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ContentDifference, Emit, EventFields } from '../event/event.ts'
import type { LastChange } from '../snapshot/last-change.ts'
import { raiseTouch } from './dev-guard.ts'
import { settleHiddenDrafts } from './hidden-draft.ts'
import type { Project } from './project.ts'
import { removeStoredCode } from './stored-code.ts'

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

/** What became of a change whose process was killed. */
export type Interrupted = EventFields['change-settled']

/**
 * Looks whether a change of dev was interrupted; changes nothing. Where somebody holds the lock, it may be under way.
 * @param project the project
 * @returns null where none was
 */
export async function findInterrupted(project: Project): Promise<Interrupted | null> {
  const { config, snapshots } = project
  const begun = snapshots.lastChanges.begun()
  if (begun?.label !== config.dev.label) return null
  const last = await findLastChange(project)
  const isIn = last?.id === begun.id
  return { what: begun.what, began: begun.at, url: config.dev.label, isIn, snapshot: isIn ? last.snapshot : null }
}

/**
 * Writes down what became of an interrupted change, removes what it left, and tells it. Only for who holds the lock.
 * @param project the project
 * @param emit where it is told
 */
export async function settleLastChange(project: Project, emit: Emit): Promise<void> {
  const { config } = project
  removeStoredCode(config.migrations.dir)
  await settleInterrupted(project, emit)
  // What is in dev decides about them.
  await settleHiddenDrafts(project)
}

async function settleInterrupted(project: Project, emit: Emit): Promise<void> {
  const { config, snapshots } = project
  const { lastChanges } = snapshots
  const begun = lastChanges.begun()
  if (begun === null) return
  const entering = lastChanges.entering()
  const found = await findInterrupted(project)
  if (entering !== null && found?.isIn === true) lastChanges.finish(entering)
  else lastChanges.cancel()
  if (entering === null && found?.isIn === false) await dropIfHeld(project, begun)
  rmSync(join(config.folder, 'work'), { recursive: true, force: true })
  await snapshots.removeLeftovers()
  if (found !== null) emit('change-settled', found)
  lastChanges.end()
}

/** Nothing was about to enter, so dev should hold all that the snapshot does; where it provably does, the snapshot goes. */
async function dropIfHeld(project: Project, { what, snapshot: id }: LastChange): Promise<void> {
  const { config, dialect, snapshots } = project
  if (id === null || !(await dialect.exists(snapshots.target(id)))) return
  const scratch = dialect.scratch(join(config.folder, 'work'), 'now')
  if (await dialect.holds(config.dev, snapshots.target(id), scratch, config.waitMs)) return snapshots.remove(id)
  raiseTouch(project, what, id, {
    isCertain: false,
    problem: {
      code: 'dev-touched',
      message: `${config.dev.label} is not what it was before ${what}, which was interrupted and did not enter it: code that ran reached it, or an application wrote to it`,
      hint: `to have it as it was before: devdb snapshot restore ${id}`,
    },
  })
}

const sizeOf = ({ tables, isSchemaSame }: ContentDifference): number =>
  tables.reduce((sum, { added, changed, removed }) => sum + added + changed + removed, isSchemaSame ? 0 : 1)
