/** In the child: runs one migration up, down and up on the rehearsal copy, and keeps the states between. */
import { performance } from 'node:perf_hooks'
import type { Target } from '../../database/target.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { toProblem } from '../../error.ts'
import type { RehearsedStatement, Stage } from '../../event/rehearsal.ts'
import type { MigrationFile, MigrationSetting } from '../../migration/migration-folder.ts'
import { runMigrations } from '../../migration/run-migrations.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import { placeOf } from '../place-of.ts'
import type { Operation, OperationCode } from './operation.ts'

export type RehearseMigration = Operation<
  {
    /** The rehearsal copy. */
    readonly target: Target
    readonly file: MigrationFile
    readonly setting: MigrationSetting
    readonly logged: readonly string[]
    /** Where the states after the up and after the down are kept. */
    readonly afterUp: Target
    readonly afterDown: Target
  },
  {
    readonly up: Stage
    readonly down: Stage
    readonly redo: Stage
    readonly keeps: readonly string[]
    readonly statements: readonly RehearsedStatement[]
  }
>

const skipped: Stage = { result: 'skipped', ms: null, problem: null }

export const operation: OperationCode<RehearseMigration> = {
  importsCode: ({ file }) => !file.path.endsWith('.sql'),
  prepare: ({ target }, root) => preloadSequelize(root, target),
  async run({ target, file, setting, logged, afterUp, afterDown }, { root, importFile }) {
    const dialect = dialectNamed(target.dialect, root)
    const statements: RehearsedStatement[] = []
    let keeps: readonly string[] = []
    let direction: RehearsedStatement['direction'] | null = null
    dialect.recordStatements(({ sql, ms }) => {
      if (direction !== null) statements.push({ direction, sql, ms })
    })
    const stage = async (which: RehearsedStatement['direction']): Promise<Stage> => {
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
    const up = await stage('up')
    if (up.result !== 'ok') return { up, down: skipped, redo: skipped, keeps, statements }
    await dialect.checkpoint(target, afterUp)
    const down = await stage('down')
    if (down.result !== 'ok') return { up, down, redo: skipped, keeps, statements }
    await dialect.checkpoint(target, afterDown)
    return { up, down, redo: await stage('redo'), keeps, statements }
  },
}

const elapsed = (startedAt: number): number => Math.round(performance.now() - startedAt)
