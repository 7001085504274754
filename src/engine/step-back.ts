/** Taking migrations back with the code that they were applied with: to apply them again as they are now, or because their files are gone. */
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { WorkResult } from '../dialect/dialect.ts'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import type { Emit, MigrationStatus } from '../event/event.ts'
import { reach } from '../process/reach.ts'
import type { LoadedCode } from '../worker/operation/run-migrations.ts'
import { ledgerChange, readSources, sourcesOf } from './ledger-change.ts'
import { writeOwnLedger } from './own-code.ts'
import type { Project } from './project.ts'
import { readDevPosition } from './read-dev-board.ts'
import { runOnCopy } from './run-on-copy.ts'
import { withStoredCode } from './stored-code.ts'

/** `reapply`: edited migrations go back as they were and come again as they are. `roll-back`: phantoms go, whose files are gone. */
export type StepBack = 'reapply' | 'roll-back'

/** What came of it on a copy. */
export interface SteppedBack {
  readonly names: readonly string[]
  readonly problem: Problem | null
}

/**
 * Which migrations it is about, in order of application.
 * @param board applied ones in order of application, then pending ones
 * @param kind what is wanted
 * @throws DevdbError `nothing-to-step-back`
 */
function stepBackNames(board: readonly MigrationStatus[], kind: StepBack): readonly string[] {
  const applied = board.filter(({ state }) => state !== 'pending')
  if (kind === 'roll-back') {
    const phantoms = applied.filter(({ state }) => state === 'missing')
    if (phantoms.length > 0) return phantoms.map(({ name }) => name)
    throw new DevdbError(
      'nothing-to-step-back',
      'every applied migration has its file: there is nothing to roll back',
      {
        hint: 'devdb status',
      },
    )
  }
  const top = applied.findLastIndex(({ edited }) => edited === null) + 1
  if (top < applied.length) return applied.slice(top).map(({ name }) => name)
  const below = applied.findLast(({ edited }) => edited !== null)
  throw below === undefined
    ? new DevdbError('nothing-to-step-back', 'no applied migration has been edited', { hint: 'devdb status' })
    : new DevdbError('nothing-to-step-back', `${below.name} is edited, and others stand above it`, {
        hint: `devdb downgrade ${below.name}`,
      })
}

/**
 * Does it on a copy of dev.
 * @param project the project
 * @param kind what is wanted
 * @param copy the copy, which is changed
 * @param emit where events go
 * @param signal ends it
 * @throws DevdbError `nothing-to-step-back`
 */
export async function stepBack(
  project: Project,
  kind: StepBack,
  copy: Target,
  emit: Emit,
  signal: AbortSignal,
): Promise<WorkResult<SteppedBack>> {
  const { config, dialect } = project
  const folder = join(config.folder, dialect.isSame(copy, config.work) ? 'work' : 'rehearsal')
  const { board, files } = await readDevPosition(project, copy)
  const names = stepBackNames(board.migrations, kind)
  // What was edited in its looks only need not run: its code is noted anew.
  const edited = (name: string): boolean => board.migrations.find((each) => each.name === name)?.edited !== 'cosmetic'
  const running = kind === 'reapply' && !names.some(edited) ? [] : names
  const down = await withStoredCode(project, copy, running, (stored) =>
    runOnCopy(project, { direction: 'downgrade', files: [...stored].reverse(), copy, folder }, emit, signal),
  ).catch(unknownCode)
  const loaded: LoadedCode[] = []
  const onCode = (code: LoadedCode): void => void loaded.push(code)
  const own = files.filter(({ name }) => running.includes(name))
  const problem =
    down ??
    (kind === 'reapply'
      ? await runOnCopy(project, { direction: 'upgrade', files: own, copy, folder, onCode }, emit, signal)
      : null)
  if (problem !== null) return { outcome: { names, problem }, enter: null }
  const sources = running.length === 0 ? readSources(files, names) : sourcesOf(files, loaded)
  const reverted = ledgerChange('downgrade', names, sources)
  const applied = kind === 'reapply' ? ledgerChange('upgrade', names, sources).applied : []
  reach('ledger-due')
  await writeOwnLedger(dialect, config.folder, copy, { applied, reverted: reverted.reverted })
  reach('ledger-written')
  return { outcome: { names, problem: null }, enter: copy }
}

/** That the code is not known is no more than another reason why it does not run. */
function unknownCode(error: unknown): Problem {
  const problem = toProblem(error)
  if (problem.code === 'code-unknown') return problem
  throw error
}
