/** What every change of dev has in common: the snapshot of right before, and the note that lets it be taken back. */
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { ChangeRequest, Seal, WorkResult } from '../dialect/dialect.ts'
import { DevdbError } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { reach } from '../process/reach.ts'
import type { LastChange } from '../snapshot/last-change.ts'
import { ownChange, raiseTouch } from './dev-guard.ts'
import { noteSnapshot } from './first-snapshot.ts'
import { type KeptSnapshots, keepSnapshots } from './keep-snapshots.ts'
import type { Project } from './project.ts'
import { findLastChange } from './settle-last-change.ts'
import { allTouches } from './touches.ts'

/** What is done to dev, and what from. */
export interface Entry {
  /** In a few words: `upgrade head`. */
  readonly what: string
  readonly fromEmpty?: boolean
  /** A snapshot to start from instead of dev, with its seal. */
  readonly startFrom?: Target
  readonly seal?: Seal | null
  /** Whether the work runs code of the project's. */
  readonly runsCode?: boolean
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
  const { config, dialect, snapshots, guard } = project
  await snapshots.removeLeftovers()
  const kept = keepSnapshots(project, what, emit, start.startFrom === undefined ? {} : { isDiscarded: true })
  let isEntered = false
  let isFirst = false
  const earlier = allTouches().length
  // The next start can say what was interrupted.
  snapshots.lastChanges.begin(kept.change())
  reach('change-begun')
  try {
    const request: ChangeRequest<Outcome> = {
      dev: config.dev,
      folder: join(config.folder, 'work'),
      copy: config.work,
      aside: join(config.folder, 'leftovers'),
      entered: snapshots.entered(kept.change().id),
      ...start,
      waitMs: config.waitMs,
      async work(copy) {
        guard.change = { isFirst: false }
        return work(copy).finally(() => {
          isFirst ||= guard.change?.isFirst === true
          guard.change = null
        })
      },
      ...kept.callbacks,
      onMoved: (files) => emit('leftovers-moved', { url: config.dev.label, files }),
      onRetry(attempt, why) {
        const [id] = kept.left()
        const reason = id === undefined ? why : `${why}; snapshot ${id} is what it was before`
        emit('change-retried', { attempt, reason })
      },
    }
    const result = await ownChange(project, () => dialect.change(request))
    isEntered = result.changed
    kept.report()
    if (!isEntered) warnOfChange(project, what, kept, earlier)
    return { outcome: result.outcome, changed: isEntered, saved: result.kept ? kept.change().snapshot : null }
  } catch (error) {
    kept.report()
    if (error instanceof DevdbError && error.code === 'dev-touched') throw withWayBack(error, kept)
    warnOfChange(project, what, kept, earlier)
    throw error
  } finally {
    await conclude(project, isEntered ? kept.change() : null, kept.left())
    const first = isFirst ? (kept.left()[0] ?? (isEntered ? kept.change().snapshot : null)) : null
    if (first !== null) noteSnapshot(project, first)
  }
}

/** Dev is not what it was, without that this change entered: its snapshot stays, and that is worth a word. */
function warnOfChange(project: Project, what: string, kept: KeptSnapshots, earlier: number): void {
  const [snapshot] = kept.left()
  // Whoever looked while the code ran has named it already.
  if (snapshot === undefined || allTouches().length > earlier) return
  const { label } = project.config.dev
  raiseTouch(project, what, snapshot, {
    isCertain: false,
    problem: {
      code: 'dev-touched',
      message: `${label} changed during ${what}, which did not enter it: code that ran reached it, or an application wrote to it`,
      hint: wayBack(snapshot),
    },
  })
}

function withWayBack(error: DevdbError, kept: KeptSnapshots): DevdbError {
  const [snapshot] = kept.left()
  if (snapshot === undefined) return error
  return new DevdbError(error.code, error.message, { ...error.parts, hint: wayBack(snapshot), cause: error })
}

const wayBack = (snapshot: string): string =>
  `to have it as it was before: devdb snapshot restore ${snapshot}; if an application wrote to it, repeat the command`

/** What dev is now does not depend on it: where it fails, the disk being full, the next change finds out what became of this one. */
async function conclude(project: Project, entered: LastChange | null, left: readonly string[]): Promise<void> {
  const { lastChanges, ...snapshots } = project.snapshots
  try {
    if (entered !== null) lastChanges.finish(entered)
    // An error came while it was handed over: only dev itself can say whether it is in.
    else if (lastChanges.entering() !== null) {
      const entering = lastChanges.entering()!
      const last = await findLastChange(project)
      if (last?.id === entering.id) lastChanges.finish(entering)
      else lastChanges.cancel()
    }
    reach('change-noted')
    await snapshots.tidy(left).catch(() => undefined)
    reach('tidied')
    lastChanges.end()
    reach('change-ended')
  } catch {
    // See above.
  }
}
