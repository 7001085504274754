/** The verbs that move dev along its migrations: upgrade, downgrade, and recreating it from them. */
import { toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { orderOf } from '../migration/migration-folder.ts'
import { migrationsToApply, migrationsToRevert } from '../migration/migration-target.ts'
import { type ChangeReport, type ChangeWish, changeDev } from './change-dev.ts'
import { checkReset, prepareReset } from './prepare-reset.ts'
import type { Project } from './project.ts'
import { queued } from './queued.ts'
import type { VerbSetting } from './snapshot-verbs.ts'

/** Each resolves when it has come to its end, and reports on the way through events. */
export interface ChangeVerbs {
  upgrade(target: string): Promise<ChangeReport>
  downgrade(target: string): Promise<ChangeReport>
  /** Tells what recreating dev would lose. */
  prepareReset(): Promise<void>
  /** Recreates dev from its migrations. */
  resetDev(): Promise<ChangeReport>
}

/** What they work with. */
export interface ChangeSetting extends Omit<VerbSetting, 'readBoard'> {
  /** Reads the board, and reports it when what it returns is called. */
  lookAtBoard(): Promise<() => unknown>
  /** Told when an upgrade, or a reset, has applied migrations. */
  onUpgraded(): void
}

/** Makes the verbs of an engine. */
export function createChangeVerbs({
  project,
  stop,
  push,
  nameJob,
  lookAtBoard,
  onUpgraded,
}: ChangeSetting): ChangeVerbs {
  const pushChange = (wish: ChangeWish): Promise<ChangeReport> =>
    queued(push, async () => {
      const emit = project.store.emitFor(nameJob(wish.direction))
      const report = await changeDev(project, wish, emit, stop)
      const showBoard = await lookAtBoard()
      tellChange(project, wish, report, emit)
      if (wish.direction === 'upgrade' && report.names.length > 0 && report.problem === null) onUpgraded()
      showBoard()
      return report
    })

  return {
    upgrade: (target) =>
      pushChange({
        direction: 'upgrade',
        fromEmpty: false,
        what: `upgrade ${target}`,
        plan: (board) => migrationsToApply(board, target, orderOf(project.config.migrations.sort)),
      }),
    downgrade: (target) =>
      pushChange({
        direction: 'downgrade',
        fromEmpty: false,
        what: `downgrade ${target}`,
        plan: (board) => migrationsToRevert(board, target),
      }),
    async prepareReset() {
      project.store.emit('reset-asked', {})
      try {
        await checkReset(project)
        project.store.emit('reset-prepared', { tables: await prepareReset(project) })
      } catch (error) {
        project.store.emit('reset-failed', { problem: toProblem(error) })
      }
    },
    resetDev: () =>
      pushChange({
        direction: 'upgrade',
        fromEmpty: true,
        what: 'reset --dev',
        // On the copy everything is pending that the baseline does not stand for; the plan of the live board is not used.
        plan: (board) => migrationsToApply(board, 'head'),
      }),
  }
}

function tellChange(
  { config }: Project,
  { direction, fromEmpty }: ChangeWish,
  { names, saved, rows, ms, problem }: ChangeReport,
  emit: Emit,
): void {
  if (fromEmpty && problem !== null) emit('reset-failed', { problem })
  else if (fromEmpty) emit('reset-finished', { url: config.dev.label, names, saved, ms })
  else if (problem !== null) emit('change-failed', { direction, names, saved, rows, problem })
  else emit('change-finished', { direction, names, saved, rows, ms })
}
