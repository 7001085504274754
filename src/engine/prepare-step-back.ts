/** What a re-apply or a roll-back would do, tried on a copy of dev: whether it runs, and what the rows would lose. */
import { join } from 'node:path'
import { fromProblem } from '../error.ts'
import type { EventFields } from '../event/event.ts'
import { describeThreat } from '../event/row-loss.ts'
import { bareName } from '../migration/migration-folder.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { Project } from './project.ts'
import { startRehearsalCopy } from './rehearsal-copy.ts'
import { type StepBack, stepBack } from './step-back.ts'

/**
 * Tries it.
 * @param project the project
 * @param kind what is wanted
 * @param signal cancels it
 * @returns what is told to who is asked
 * @throws DevdbError `nothing-to-step-back`, `code-unknown`, of dev
 */
export async function prepareStepBack(
  project: Project,
  kind: StepBack,
  signal: AbortSignal,
): Promise<EventFields['step-back-prepared']> {
  const { config, dialect, snapshots } = project
  const scratch = (name: string) => dialect.scratch(join(config.folder, 'rehearsal'), name)
  const [work, before] = [scratch('rehearsal'), scratch('before')]
  try {
    await startRehearsalCopy(project, work, signal)
    await dialect.checkpoint(work, before)
    const { outcome } = await stepBack(project, kind, work, () => undefined, signal)
    const { names, problem } = outcome
    const lost = problem === null ? await losses() : []
    const isSafe = problem === null && lost.length === 0
    const snapshot = kind === 'roll-back' && !isSafe ? await newestWithout(names) : null
    if (problem?.code === 'code-unknown' && snapshot === null) throw fromProblem(problem)
    return { verb: kind, names, lost, problem, snapshot }
  } finally {
    for (const place of [work, before]) await dialect.removeScratch(place)
  }

  /** The newest snapshot of dev in which none of them is applied. */
  async function newestWithout(names: readonly string[]): Promise<string | null> {
    const bare = new Set(names.map(bareName))
    const isBefore = ({ migrations, label }: Snapshot): boolean =>
      label === config.dev.label && migrations !== null && !migrations.some((name) => bare.has(bareName(name)))
    return (await snapshots.list()).findLast(isBefore)?.id ?? null
  }

  async function losses(): Promise<readonly string[]> {
    const read = async (target: typeof work) => ({
      target,
      schema: await dialect.introspect(target, config.migrations.meta),
    })
    const [from, to] = [await read(before), await read(work)]
    const tables = new Set(Object.keys(from.schema.tables))
    const found = await dialect.findLosses({ before: from, after: to, origin: null, tables })
    return found.losses.map(describeThreat)
  }
}
