/** In the child: runs a draft up, down and up on a copy of dev, and looks after each at what the copy is then. */
import type { Target } from '../../database/target.ts'
import type { BrokenObject } from '../../dialect/broken-object.ts'
import type { Dialect } from '../../dialect/dialect.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import type { KeptTable } from '../../dialect/kept-state.ts'
import type { RehearsedStatement, Stage } from '../../event/rehearsal.ts'
import type { MigrationFile } from '../../migration/migration-folder.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import type { Schema } from '../../schema/schema.ts'
import { openStages, type StageInput } from '../run-stages.ts'
import type { Operation, OperationCode } from './operation.ts'

interface DraftInput extends StageInput {
  readonly file: MigrationFile
  /** The copy as it was before. */
  readonly before: Target
  /** What must hold the same afterwards. */
  readonly kept: readonly KeptTable[]
  /** The tables whose full-text indexes must still fit them. */
  readonly indexed: readonly string[]
  /** False: its down cannot run yet. */
  readonly canReturn: boolean
}

/** One direction, and what the copy is then. */
export interface TriedStage {
  readonly direction: RehearsedStatement['direction']
  readonly stage: Stage
  /** Null where the direction failed. */
  readonly found: {
    readonly schema: Schema
    /** Of the rows that must hold the same: what does not, a line each. */
    readonly lost: readonly string[]
    /** Triggers, views and full-text indexes that do not work, as some may not have before. */
    readonly broken: readonly BrokenObject[]
  } | null
}

/** Each is reported when it is known, and the last one is the one that failed. */
export type TryDraft = Operation<DraftInput, null, TriedStage>

export const operation: OperationCode<TryDraft> = {
  importsCode: ({ file }) => !file.path.endsWith('.sql'),
  prepare: ({ target }, root) => preloadSequelize(root, target),
  async run(input, workplace) {
    const dialect = dialectNamed(input.target.dialect, workplace.root)
    const stages = openStages(input, dialect, workplace)
    for (const direction of input.canReturn ? (['up', 'down', 'redo'] as const) : (['up'] as const)) {
      stages.begin()
      const stage = await stages.run(input.file, direction)
      const found = stage.result === 'ok' ? await lookAt(input, direction, dialect) : null
      await workplace.note({ direction, stage, found })
      if (found === null || found.lost.length > 0) break
    }
    return null
  },
}

async function lookAt(
  { target, setting, before, kept, indexed }: DraftInput,
  direction: RehearsedStatement['direction'],
  dialect: Dialect,
): Promise<NonNullable<TriedStage['found']>> {
  const names = direction === 'down' ? 'before' : 'after'
  return {
    schema: await dialect.introspect(target, setting.meta),
    lost: await dialect.compareKept({ before, now: target, tables: kept, names }),
    broken: await dialect.findBroken(target, new Set(indexed)),
  }
}
