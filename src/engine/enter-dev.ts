/** What every change of dev has in common: the snapshot of right before, and the note that lets it be taken back. */
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { WorkResult } from '../dialect/dialect.ts'
import type { Emit } from '../event/event.ts'
import { reach } from '../process/reach.ts'
import type { LastChange } from '../snapshot/last-change.ts'
import { appliedIn } from './applied-in.ts'
import type { Project } from './project.ts'

/** What is done to dev, and what from. */
export interface Entry {
  /** In a few words: `upgrade head`. */
  readonly what: string
  readonly fromEmpty?: boolean
  /** A snapshot to start from instead of dev. */
  readonly startFrom?: Target
}

/** How it ended. */
export interface Entered<Outcome> {
  readonly outcome: Outcome
  readonly changed: boolean
  /** Id of the snapshot of dev as it was right before; null where nothing was changed, or there was no dev. */
  readonly saved: string | null
}

/**
 * Changes dev, under the lock. Killed at any moment, dev is as it was or as it was to be, and the next one finds out which.
 * @param project the project
 * @param entry what is done
 * @param emit where its events go
 * @param work migrates the copy that is to become dev
 * @throws what `dialect.change` throws
 */
export async function enterDev<Outcome>(
  project: Project,
  { what, ...start }: Entry,
  emit: Emit,
  work: (copy: Target) => Promise<WorkResult<Outcome>>,
): Promise<Entered<Outcome>> {
  const { config, dialect, snapshots } = project
  await snapshots.removeLeftovers()
  const at = Date.now()
  const { id, target } = snapshots.next(at)
  const { label } = config.dev
  const reason = `before ${what}`
  let isKept = false
  let isEntered = false
  const last = () => ({ id, at, what, snapshot: isKept ? id : null, label })
  // Whoever comes after a SIGKILL can say what was interrupted.
  snapshots.lastChanges.begin(last())
  reach('change-begun')
  try {
    const { outcome, changed, kept } = await dialect.change<Outcome>({
      dev: config.dev,
      folder: join(config.folder, 'work'),
      copy: config.work,
      snapshot: target,
      entered: snapshots.entered(id),
      ...start,
      waitMs: config.waitMs,
      work,
      async keepSnapshot(bytes) {
        const migrations = await appliedIn(project, target)
        snapshots.record({ id, name: null, at, bytes, reason, automatic: true, migrations, label })
        isKept = true
        reach('snapshot-kept')
        emit('snapshot-saved', { id, name: null, reason, bytes })
      },
      async dropSnapshot() {
        // First: what may have entered must have its snapshot.
        snapshots.lastChanges.cancel()
        snapshots.forget(id)
        isKept = false
      },
      async onEnter() {
        snapshots.lastChanges.enter(last())
        reach('entering-noted')
      },
      onRetry(attempt, why) {
        snapshots.lastChanges.cancel()
        emit('change-retried', { attempt, reason: why })
      },
    })
    isEntered = changed
    return { outcome, changed, saved: kept ? id : null }
  } finally {
    await conclude(project, isEntered ? last() : null)
  }
}

/** What dev is now does not depend on it: where it fails, the disk being full, the next change finds out what became of this one. */
async function conclude({ snapshots }: Project, entered: LastChange | null): Promise<void> {
  try {
    if (entered === null) snapshots.lastChanges.cancel()
    else snapshots.lastChanges.finish(entered)
    reach('change-noted')
    await snapshots.tidy().catch(() => undefined)
    reach('tidied')
    snapshots.lastChanges.end()
    reach('change-ended')
  } catch {
    // See above.
  }
}
