/** One migration in its three directions, on a copy that nobody else uses, with all that it sends. Called in a child process only. */
import { performance } from 'node:perf_hooks'
import type { Target } from '../database/target.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { toProblem } from '../error.ts'
import type { RehearsedStatement, Stage } from '../event/rehearsal.ts'
import type { MigrationFile, MigrationSetting } from '../migration/migration-folder.ts'
import { runMigrations } from '../migration/run-migrations.ts'
import type { Workplace } from './operation/operation.ts'
import { placeOf } from './place-of.ts'

/** What it needs of its operation. */
export interface StageInput {
  /** The copy. */
  readonly target: Target
  readonly setting: MigrationSetting
  readonly logged: readonly string[]
}

/** The stages of one migration after the other. */
export interface Stages {
  /** Forgets what the last one sent. */
  begin(): void
  run(file: MigrationFile, direction: RehearsedStatement['direction']): Promise<Stage>
  /** What was sent since `begin`. */
  statements(): readonly RehearsedStatement[]
  /** Columns that the down keeps on purpose, as `table.column`. */
  keeps(): readonly string[]
}

/** Makes them, and records from now on what this process sends. */
export function openStages(
  { target, setting, logged }: StageInput,
  dialect: Dialect,
  { root, importFile }: Pick<Workplace, 'root' | 'importFile'>,
): Stages {
  let statements: RehearsedStatement[] = []
  let keeps: readonly string[] = []
  let direction: RehearsedStatement['direction'] | null = null
  dialect.hurry(target)
  dialect.recordStatements(({ sql, ms }) => {
    // What Umzug notes for itself is no part of the migration.
    if (direction !== null && !sql.includes(setting.meta.table)) statements.push({ direction, sql, ms })
  })
  const run: Stages['run'] = async (file, which) => {
    const startedAt = performance.now()
    direction = which
    try {
      await runMigrations({
        root,
        dialect,
        target,
        direction: which === 'down' ? 'downgrade' : 'upgrade',
        files: [file],
        setting,
        logged,
        estimates: {},
        emit: () => undefined,
        importFile,
        onCode: () => undefined,
        onKeeps: (_, columns) => {
          keeps = columns
        },
        checkpoint: async () => undefined,
      })
      return { result: 'ok', ms: elapsed(startedAt), problem: null }
    } catch (error) {
      const problem = placeOf(error, toProblem(error))
      const result = problem.code === 'migration-irreversible' ? 'irreversible' : 'failed'
      return { result, ms: elapsed(startedAt), problem }
    } finally {
      direction = null
    }
  }
  return {
    begin() {
      ;[statements, keeps] = [[], []]
    },
    run,
    statements: () => statements,
    keeps: () => keeps,
  }
}

const elapsed = (startedAt: number): number => Math.round(performance.now() - startedAt)
