/** In the child: runs migrations up, down and up on the rehearsal copy, one after the other, and reports each as soon as it is known. */
import type { Target } from '../../database/target.ts'
import type { Dialect } from '../../dialect/dialect.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { type Rehearsed, type Stage, skipped } from '../../event/rehearsal.ts'
import { judgeDown, judgeUp, noFindings, type RehearsalFindings } from '../../migration/judge-rehearsal.ts'
import type { MigrationFile } from '../../migration/migration-folder.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import { statesOf } from '../rehearsal-states.ts'
import { openStages, type StageInput, type Stages } from '../run-stages.ts'
import type { Operation, OperationCode, Workplace } from './operation.ts'

interface RehearsalInput extends StageInput {
  /** In the order in which they run. */
  readonly files: readonly MigrationFile[]
  /**
   * Where the state before each is kept, and the one right after its up: they take turns, for the one after an up is the one before the next
   * migration. See `statesOf`.
   */
  readonly states: readonly [Target, Target]
}

/** What is known of the migration that runs: after its up, after its down, and when it is done. */
export interface RehearsalNote {
  readonly rehearsed: Rehearsed
  readonly isDone: boolean
}

export type RehearseMigrations = Operation<RehearsalInput, null, RehearsalNote>

export const operation: OperationCode<RehearseMigrations> = {
  importsCode: ({ files }) => files.some(({ path }) => !path.endsWith('.sql')),
  prepare: ({ target }, root) => preloadSequelize(root, target),
  async run(input, workplace) {
    const { target, files, states } = input
    const dialect = dialectNamed(target.dialect, workplace.root)
    const stages = openStages(input, dialect, workplace)
    await dialect.checkpoint(target, states[0])
    for (const [index, file] of files.entries()) {
      stages.begin()
      const { up, down } = await rehearseOne(file, { ...input, ...statesOf(states, index) }, dialect, stages, workplace)
      if (up.result !== 'ok' || index === files.length - 1) break
      // The next one starts from right after this up: what a down destroys no upgrade destroys. Without a down nothing ran since.
      if (down.result !== 'irreversible') await dialect.checkpoint(statesOf(states, index).afterUp, target)
    }
    return null
  },
}

interface Places extends RehearsalInput {
  readonly before: Target
  readonly afterUp: Target
}

async function rehearseOne(
  file: MigrationFile,
  { target, setting, before, afterUp }: Places,
  dialect: Dialect,
  stages: Stages,
  { note }: Workplace<RehearsalNote>,
): Promise<Rehearsed> {
  const found = (parts: { up: Stage; down?: Stage; redo?: Stage }, findings: RehearsalFindings): Rehearsed => ({
    ...{ name: file.name, down: skipped, redo: skipped, ...parts, ...findings },
    ...{ mergedOrder: null, statements: [] },
  })
  // The next stage may end this process: what is known has left it by then.
  const soFar = (rehearsed: Rehearsed): Promise<void> => note({ rehearsed, isDone: false })
  const finish = async (known: Rehearsed): Promise<Rehearsed> => {
    const rehearsed = { ...known, statements: stages.statements() }
    await note({ rehearsed, isDone: true })
    return rehearsed
  }
  const up = await stages.run(file, 'up')
  const isUp = up.result === 'ok'
  if (isUp) {
    await dialect.checkpoint(target, afterUp)
    await soFar(found({ up }, noFindings))
  }
  const ofUp = { before, after: afterUp, statements: stages.statements() }
  const findings = await judgeUp(dialect, setting.meta, ofUp, isUp)
  if (!isUp) return finish(found({ up }, findings))
  await soFar(found({ up }, findings))
  const down = await stages.run(file, 'down')
  if (down.result !== 'ok') return finish(found({ up, down }, findings))
  // Nothing runs meanwhile, so the copy itself is the state after the down.
  const ofDown = { before: afterUp, after: target, statements: stages.statements() }
  const all = await judgeDown(dialect, setting.meta, ofDown, { origin: before, keeps: stages.keeps() }, findings)
  await soFar(found({ up, down }, all))
  const redo = await stages.run(file, 'redo')
  return finish(found({ up, down, redo }, all))
}
