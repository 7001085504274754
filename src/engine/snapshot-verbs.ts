/** The verbs of snapshots: save, delete, restore, undo. Each waits its turn in the queue; a restore is a change of dev like an upgrade. */
import { type Problem, toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { findSnapshot } from '../snapshot/find-snapshot.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { prepareUndo, type UndoPlan } from './prepare-undo.ts'
import type { Project } from './project.ts'
import type { Job } from './queue.ts'
import { queued } from './queued.ts'
import { type RestoreReport, type RestoreWish, restoreDev } from './restore-dev.ts'
import { saveSnapshot } from './save-snapshot.ts'
import { withLock } from './with-lock.ts'

/** What came of a save or a delete; `snapshot` is null where there is a Problem. */
export interface SnapshotReport {
  readonly snapshot: Snapshot | null
  readonly problem: Problem | null
}

/** What can be done with snapshots. Each verb resolves when it has come to its end, and tells Problems as events, too. */
export interface SnapshotVerbs {
  /** Copies dev as it is now. Such a snapshot is never dropped for others. @param name null for none */
  saveSnapshot(name: string | null): Promise<SnapshotReport>
  /** @param word the whole id or name */
  deleteSnapshot(word: string): Promise<SnapshotReport>
  /** @param word an id or a name, or a part of one that no other has */
  restore(word: string): Promise<RestoreReport>
  /** Reads what an undo would do, and tells it. Null: nothing can be undone, and the Problem was told. */
  prepareUndo(): Promise<UndoPlan | null>
  /** Takes back the last change of dev. @param change what `prepareUndo` showed; null to take back whatever is the last one */
  undo(change?: string | null): Promise<RestoreReport>
}

/** What the verbs work with. */
export interface VerbSetting {
  readonly project: Project
  readonly stop: AbortSignal
  push(job: Job): void
  /** A name for the job of that kind. */
  nameJob(kind: string): string
  /** After each restore. */
  readBoard(): Promise<unknown>
}

/** Makes the verbs of one engine. */
export function createSnapshotVerbs({ project, stop, push, nameJob, readBoard }: VerbSetting): SnapshotVerbs {
  const { store, snapshots } = project

  const restoring = (kind: string, wish: RestoreWish): Promise<RestoreReport> =>
    queued(push, async () => {
      const emit = store.emitFor(nameJob(kind))
      const report = await restoreDev(project, wish, emit, stop)
      await readBoard()
      return report
    })

  const reporting = (kind: string, work: (emit: Emit) => Promise<Snapshot>): Promise<SnapshotReport> =>
    queued(push, async () => {
      const emit = store.emitFor(nameJob(kind))
      try {
        return { snapshot: await withLock(project, stop, emit, () => work(emit)), problem: null }
      } catch (error) {
        const problem = toProblem(error)
        emit('snapshot-failed', { problem })
        return { snapshot: null, problem }
      }
    })

  return {
    saveSnapshot: (name) =>
      reporting('save', (emit) => saveSnapshot(project, { reason: 'saved by hand', name, isByHand: true }, emit)),
    deleteSnapshot: (word) =>
      reporting('delete', async (emit) => {
        const snapshot = findSnapshot(await snapshots.list(), word, true)
        await snapshots.remove(snapshot.id)
        emit('snapshot-deleted', { id: snapshot.id, name: snapshot.name })
        return snapshot
      }),
    restore: (word) => restoring('restore', { snapshot: word }),
    async prepareUndo() {
      try {
        const plan = await prepareUndo(project)
        store.emit('undo-prepared', plan)
        return plan
      } catch (error) {
        store.emit('undo-refused', { problem: toProblem(error) })
        return null
      }
    },
    undo: (change = null) => restoring('undo', { undo: true, change }),
  }
}
