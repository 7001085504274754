/**
 * Did code of the project reach dev? Every call of such code goes through `guarded`, which compares dev before and after it. What the project's
 * code opens is diverted; this notices what cannot be diverted: a program that is not Node, or code that writes the file itself.
 */
import { formatWhen } from '../event/format-duration.ts'
import { findOpeners, type Opener } from '../process/find-openers.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { snapshotBeforeCode } from './first-snapshot.ts'
import type { Runner } from './guard-state.ts'
import type { Project } from './project.ts'
import { addTouch, type Touch } from './touches.ts'

/** Dev that is held open for comparing. */
export interface Watch {
  /** Looks a last time. */
  close(): Promise<void>
}

/**
 * Runs code of the project. Dev is copied to the snapshots first where that was never done for this project, or what runs was redefined.
 * Only for who holds the lock, unless `isSnapshotDue` says no.
 * @param project the project
 * @param runner what runs; a function where that is only known afterwards
 * @param work runs it
 * @throws what the work throws, and what a snapshot throws
 */
export async function guarded<Result>(
  project: Project,
  runner: Runner | (() => Runner),
  work: () => Promise<Result>,
): Promise<Result> {
  const { guard } = project
  const named = typeof runner === 'function' ? runner : () => runner
  const watch = await watchDev(project)
  try {
    await snapshotBeforeCode(project)
    if (guard.running.size === 0) guard.since = Date.now()
    guard.last = named
    guard.running.add(named)
    return await work()
  } finally {
    await watch.close().finally(() => guard.running.delete(named))
  }
}

/**
 * Holds dev open for comparing, so that several calls of `guarded` need not open it again, and what goes on between them is noticed.
 * @param project the project
 */
export async function watchDev(project: Project): Promise<Watch> {
  const { guard, dialect, config } = project
  guard.holders += 1
  guard.observer ??= dialect.observe(config.dev)
  // A dev that cannot be opened is looked at when somebody needs it.
  await guard.observer.catch(() => null)
  return {
    async close() {
      await look(project)
      guard.holders -= 1
      if (guard.holders > 0) return
      const { observer } = guard
      guard.observer = null
      // Nothing was written through it: a connection that will not close is no reason to fail.
      await observer?.then((opened) => opened.close()).catch(() => undefined)
    },
  }
}

/**
 * Runs a change of dev that is devdb's own: what differs by it is nobody's fault.
 * @param project the project
 * @param work changes dev
 */
export async function ownChange<Result>(project: Project, work: () => Promise<Result>): Promise<Result> {
  await look(project)
  return work().finally(() => inTurn(project, async () => void (await hasChanged(project))))
}

/** Looks whether dev changed since the last look, and reports it. */
const look = (project: Project): Promise<void> =>
  inTurn(project, async () => {
    if (!(await hasChanged(project))) return
    const { running, last, since } = project.guard
    const runners = (running.size === 0 ? [last] : [...running]).map((named) => named())
    await reportTouch(project, [...new Map(runners.map((runner) => [runner.doing, runner])).values()], since)
  })

/** One look after the other: each compares with the one before. */
function inTurn({ guard }: Project, work: () => Promise<void>): Promise<void> {
  guard.looking = guard.looking.then(work).catch(() => undefined)
  return guard.looking
}

async function hasChanged({ guard }: Project): Promise<boolean> {
  const observer = await guard.observer?.catch(() => null)
  return observer == null ? false : observer.hasChanged()
}

/**
 * Reports that dev changed, for the screen, the log and the end of the command.
 * @param project the project
 * @param runners what ran meanwhile
 * @param since when the first of them began, in milliseconds since 1970
 */
export async function reportTouch(project: Project, runners: readonly Runner[], since: number): Promise<void> {
  const snapshot = await snapshotOf(project, since)
  // The others of them are open for writing even in a process that only reads.
  const openers = await findOpeners(project.dialect.filesOf(project.config.dev).slice(0, 1))
  const touch: Touch = {
    isCertain: openers?.length === 0,
    problem: {
      code: 'dev-touched',
      message: `dev database ${project.config.dev.label} changed while ${runners.map(({ doing }) => doing).join(', and ')} (${writerOf(openers)})`,
      hint: `${remedy(snapshot)}; what is no Node program has to take its database from DATABASE_URL`,
    },
  }
  raiseTouch(project, runners.map(({ by }) => by).join(', '), snapshot?.id ?? null, touch)
}

/** Reports a touch. `by`: what ran. `snapshot`: the one that brings dev back. */
export function raiseTouch({ store }: Project, by: string, snapshot: string | null, touch: Touch): void {
  addTouch(touch)
  store.emit('dev-touched', { by, snapshot, ...touch })
}

/** The newest one that was taken before the code ran, and holds what was wanted then: least is lost with it. */
async function snapshotOf({ snapshots, config }: Project, since: number): Promise<Snapshot | null> {
  const all = await snapshots.list().catch(() => [])
  const isMeant = ({ at, label, isDiscarded }: Snapshot): boolean =>
    at <= since && label === config.dev.label && isDiscarded !== true
  return all.filter(isMeant).at(-1) ?? null
}

/** How many processes are named. */
const namedOpeners = 3

function writerOf(openers: readonly Opener[] | null): string {
  if (openers === null || openers.length === 0)
    return 'an application that wrote at the same time may have been the writer'
  const named = openers.slice(0, namedOpeners).map(({ pid, command }) => `process ${pid}, ${command.slice(0, 60)}`)
  return `an application may have been the writer, for it is open in ${named.join(' and ')}`
}

function remedy(snapshot: Snapshot | null): string {
  if (snapshot === null) return 'no snapshot of before is left'
  const { id, at, reason } = snapshot
  return `devdb snapshot restore ${id} brings back dev as it was at ${formatWhen(at, Date.now())}, ${reason}`
}
