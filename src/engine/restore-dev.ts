/** A restore and an undo: the copy of a snapshot takes the place of what dev holds, in one transaction, after a snapshot of that. */
import { performance } from 'node:perf_hooks'
import type { Target } from '../database/target.ts'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import { takenBack } from '../event/describe-undo.ts'
import type { Emit } from '../event/event.ts'
import { noRowLoss, type RowReport } from '../event/row-loss.ts'
import { called, findSnapshot } from '../snapshot/find-snapshot.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { countGone } from './count-gone.ts'
import { enterDev } from './enter-dev.ts'
import { lastUndoable } from './prepare-undo.ts'
import type { Project } from './project.ts'
import { withLock } from './with-lock.ts'

/** What to restore: a snapshot by its id or name, or what was before the last change. */
export type RestoreWish =
  | { readonly snapshot: string }
  /** `change`: the id that was shown to who said yes; null where nobody was asked. */
  | { readonly undo: true; readonly change: string | null }

/** How it ended. */
export interface RestoreReport {
  /** Id of the snapshot that dev is now; null where dev stayed as it was. */
  readonly restored: string | null
  /** Id of the snapshot of dev as it was right before; null where there was no dev, or nothing was changed. */
  readonly saved: string | null
  /** What the rows went through. */
  readonly rows: RowReport
  readonly ms: number
  readonly problem: Problem | null
}

/** What is to be done, once it is known which snapshot is meant. */
interface Plan {
  readonly snapshot: Snapshot
  readonly what: string
  readonly undo: string | null
}

/**
 * Restores. What an application committed up to the moment of the restore is in the snapshot that is taken right before.
 * @param project the project
 * @param wish what to restore
 * @param emit where its events go
 * @param stop ends the waiting for another devdb
 */
export async function restoreDev(
  project: Project,
  wish: RestoreWish,
  emit: Emit,
  stop: AbortSignal,
): Promise<RestoreReport> {
  const startedAt = performance.now()
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  let undo: string | null = 'undo' in wish ? '' : null
  try {
    return await withLock(project, stop, emit, async () => {
      const plan = await planOf(project, wish)
      undo = plan.undo
      const saved = await restore(project, plan, emit)
      const rows = await countGone(project, saved)
      const { id, name } = plan.snapshot
      const url = project.config.dev.label
      emit('restore-finished', { url, snapshot: id, name, undo, saved, rows, ms: elapsed() })
      return { restored: id, saved, rows, ms: elapsed(), problem: null }
    })
  } catch (error) {
    const problem = withRemedy(project, toProblem(error))
    emit('restore-failed', { undo, problem })
    return { restored: null, saved: null, rows: noRowLoss, ms: elapsed(), problem }
  }
}

async function planOf(project: Project, wish: RestoreWish): Promise<Plan> {
  if ('snapshot' in wish) {
    const snapshot = findSnapshot(await project.snapshots.list(), wish.snapshot)
    return { snapshot, what: `restore ${snapshot.name ?? snapshot.id}`, undo: null }
  }
  const { change, snapshot } = await lastUndoable(project)
  if (wish.change !== null && wish.change !== change.id) {
    throw new DevdbError('nothing-to-undo', `dev was changed meanwhile: the last change is now ${change.what}`, {
      hint: 'look at it again: devdb undo',
    })
  }
  return { snapshot, what: takenBack(change.what), undo: change.what }
}

async function restore(project: Project, { snapshot, what, undo }: Plan, emit: Emit): Promise<string | null> {
  const { config, dialect, snapshots } = project
  const { id, name } = snapshot
  emit('restore-started', { url: config.dev.label, snapshot: id, name, undo })
  const startFrom = snapshots.target(id)
  const fault = await dialect.sealFault(startFrom, snapshot.bytes, snapshot.seal)
  if (fault !== null) {
    throw new DevdbError(
      'snapshot-broken',
      `snapshot ${called(snapshot)} is damaged: ${fault}; ${config.dev.label} is as it was`,
      {
        hint: `take another one: devdb snapshot list`,
      },
    )
  }
  const enter = async (copy: Target) => ({ outcome: null, enter: copy })
  return (await enterDev<null>(project, { what, startFrom, seal: snapshot.seal }, emit, enter)).saved
}

/** A dev database that is beyond reading is what somebody restores for; it is not thrown away unseen. */
const withRemedy = ({ config }: Project, problem: Problem): Problem =>
  problem.code === 'dev-unreadable'
    ? { ...problem, hint: `move ${config.dev.label} away and repeat: the snapshot is then put in its place` }
    : problem
