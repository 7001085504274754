/** In the child: runs migrations on a working copy of the dev database, and keeps what succeeded in a checkpoint. */
import type { Target } from '../../database/target.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import type { StoredCode } from '../../dialect/ledger.ts'
import { type Problem, toProblem } from '../../error.ts'
import type { Direction } from '../../event/event.ts'
import type { MigrationFile, MigrationSetting } from '../../migration/migration-folder.ts'
import { runMigrations } from '../../migration/run-migrations.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import { checkpointAfter } from '../checkpoint-after.ts'
import { placeOf } from '../place-of.ts'
import type { Operation, OperationCode, Workplace } from './operation.ts'

export type RunMigrations = Operation<
  {
    readonly target: Target
    /** Where the state after each migration but the last is kept, in turn: at least two places, so that one is always whole. */
    readonly checkpoints: readonly Target[]
    readonly direction: Direction
    readonly files: readonly MigrationFile[]
    readonly setting: MigrationSetting
    readonly logged: readonly string[]
    readonly estimates: Readonly<Record<string, number>>
  },
  {
    /** Names of those that succeeded, in order. */
    readonly done: readonly string[]
    /** Of those that ran: the columns that their down keeps on purpose, as `table.column`, by name. */
    readonly keeps: Readonly<Record<string, readonly string[]>>
    readonly problem: Problem | null
  },
  LoadedCode
>

/** The code of a migration whose up runs now, as it was read. */
export interface LoadedCode extends StoredCode {
  readonly migration: string
}

export const operation: OperationCode<RunMigrations> = {
  importsCode: ({ files }) => files.some(({ path }) => !path.endsWith('.sql')),
  prepare: ({ target }, root) => preloadSequelize(root, target),
  run: runAll,
}

async function runAll(
  input: RunMigrations['input'],
  { root, emit, note, importFile }: Workplace<LoadedCode>,
): Promise<RunMigrations['result']> {
  const dialect = dialectNamed(input.target.dialect, root)
  dialect.hurry(input.target)
  let refused: string | null = null
  dialect.recordStatements((statement) => {
    // A lock in the way is no fault of the statement: devdb's own look whether one is left meets it, too.
    if (statement.error !== null && !/busy|locked/i.test(statement.error)) refused = statement.sql
    emit('statement-run', statement)
  })
  const done: string[] = []
  const keeps: Record<string, readonly string[]> = Object.create(null)
  const advance = (name: string): void => void done.push(name)
  try {
    await runMigrations({
      ...input,
      root,
      dialect,
      importFile,
      emit: (kind, fields) => {
        if (kind === 'migration-started') refused = null
        if (kind === 'migration-finished') advance((fields as { migration: string }).migration)
        emit(kind, fields)
      },
      onCode: (migration, code) => void note({ migration, ...code }),
      onKeeps: (migration, columns) => {
        keeps[migration] = columns
      },
      async checkpoint(names) {
        await dialect.checkpoint(input.target, checkpointAfter(names.length, input.checkpoints))
      },
    })
    return { done, keeps, problem: null }
  } catch (error) {
    const problem = placeOf(error, toProblem(error))
    // A migration may speak to the driver itself, whose errors do not name their statement.
    return {
      done,
      keeps,
      problem: problem.statement === undefined && refused !== null ? { ...problem, statement: refused } : problem,
    }
  }
}
