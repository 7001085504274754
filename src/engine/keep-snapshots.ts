/** The snapshots that one change of dev takes: recorded before anything else runs, sealed before they are needed, dropped only where dev is what they are. */
import type { Target } from '../database/target.ts'
import type { ChangeRequest, Seal } from '../dialect/dialect.ts'
import type { Emit } from '../event/event.ts'
import { reach } from '../process/reach.ts'
import type { LastChange } from '../snapshot/last-change.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { appliedIn } from './applied-in.ts'
import type { Project } from './project.ts'

/** What a change calls on its way. */
type Callbacks = Pick<
  ChangeRequest<unknown>,
  'newSnapshot' | 'noteSnapshot' | 'keepSnapshot' | 'dropSnapshot' | 'leaveSnapshot' | 'onEnter'
>

/** The snapshots of one change. */
export interface KeptSnapshots {
  readonly callbacks: Required<Callbacks>
  /** The change, with the newest snapshot that was noted. */
  change(): LastChange
  /** Reports those that are certain to stay and were not reported yet: once the change is in, or its outcome is not known. */
  report(): void
  /** Ids of those that stayed although nothing entered, the first one first. */
  left(): readonly string[]
}

/** The newest snapshot. */
interface Newest {
  readonly id: string
  readonly target: Target
  readonly at: number
  snapshot: Snapshot | null
  sealing: Promise<Seal> | null
}

/**
 * Opens the book of one change.
 * @param project the project
 * @param what is done
 * @param emit told of each snapshot that stays
 * @param kind what is special about them
 */
export function keepSnapshots(
  project: Project,
  what: string,
  emit: Emit,
  kind: Pick<Snapshot, 'isDiscarded'> = {},
): KeptSnapshots {
  const { config, dialect, snapshots } = project
  const { lastChanges } = snapshots
  const { label } = config.dev
  const began = Date.now()
  const { id } = snapshots.next(began)
  let newest: Newest | null = null
  let isEntering = false
  const left: string[] = []
  let unreported: readonly Snapshot[] = []
  const report = (): void => {
    for (const { id, reason, bytes } of unreported) emit('snapshot-saved', { id, name: null, reason, bytes })
    unreported = []
  }
  const change = (): LastChange => ({ id, at: began, what, snapshot: newest?.snapshot?.id ?? null, label })

  const callbacks: Required<Callbacks> = {
    newSnapshot() {
      const at = newest === null ? began : Date.now()
      newest = { ...snapshots.next(at), at, snapshot: null, sealing: null }
      return newest.target
    },
    async noteSnapshot(bytes) {
      const { id, at, target } = newest!
      const migrations = await appliedIn(project, target)
      const reason = `before ${what}`
      const snapshot = { id, name: null, at, bytes, reason, automatic: true, ...kind, migrations, label, seal: null }
      snapshots.record(snapshot)
      newest!.snapshot = snapshot
      // While the work runs. It is awaited, with its error, where the seal is needed.
      newest!.sealing = dialect.seal(target, config.dev)
      newest!.sealing.catch(() => undefined)
      if (isEntering) lastChanges.enter(change())
      else lastChanges.begin(change())
    },
    async keepSnapshot() {
      const { snapshot, sealing } = newest!
      snapshots.record({ ...snapshot!, seal: await sealing! })
      if (!unreported.includes(snapshot!)) unreported = [...unreported, snapshot!]
      reach('snapshot-kept')
    },
    async dropSnapshot() {
      // First: what may have entered must have its snapshot.
      lastChanges.cancel()
      isEntering = false
      unreported = unreported.filter(({ id }) => id !== newest?.id)
      if (newest !== null) snapshots.forget(newest.id)
      newest = null
    },
    async leaveSnapshot() {
      lastChanges.cancel()
      isEntering = false
      if (newest?.snapshot == null) return
      left.push(newest.id)
      // It is recorded; without its seal, where there is no room for more.
      await callbacks.keepSnapshot().catch(() => undefined)
      report()
    },
    async onEnter() {
      isEntering = true
      lastChanges.enter(change())
      reach('entering-noted')
    },
  }
  return { callbacks, change, report, left: () => left }
}
