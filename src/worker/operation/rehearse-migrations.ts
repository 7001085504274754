/** In the child: runs migrations up, down and up on the rehearsal copy, one after the other, and tells of each as soon as it is known. */
import { performance } from 'node:perf_hooks'
import type { Target } from '../../database/target.ts'
import type { Dialect } from '../../dialect/dialect.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { toProblem } from '../../error.ts'
import { type Rehearsed, type RehearsedStatement, type Stage, skipped } from '../../event/rehearsal.ts'
import { judgeRehearsal, noFindings } from '../../migration/judge-rehearsal.ts'
import type { MigrationFile, MigrationSetting } from '../../migration/migration-folder.ts'
import { runMigrations } from '../../migration/run-migrations.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import { placeOf } from '../place-of.ts'
import type { Operation, OperationCode, Workplace } from './operation.ts'

interface RehearsalInput {
  /** The rehearsal copy. */
  readonly target: Target
  /** In the order in which they run. */
  readonly files: readonly MigrationFile[]
  readonly setting: MigrationSetting
  readonly logged: readonly string[]
  /** Where the state before each is kept, for who wants it judged; null where the caller compares the other two himself, which then stay. */
  readonly before: Target | null
  /** Where the states after the up and after the down are kept. While one is judged, and not a moment longer, they are those of that one. */
  readonly afterUp: Target
  readonly afterDown: Target
}

/** What came of each is told by `migration-rehearsed`, with its statements: it must be known although the next one ends the process. */
export type RehearseMigrations = Operation<RehearsalInput, null>

export const operation: OperationCode<RehearseMigrations> = {
  importsCode: ({ files }) => files.some(({ path }) => !path.endsWith('.sql')),
  prepare: ({ target }, root) => preloadSequelize(root, target),
  async run(input, workplace) {
    const { target, files, before, afterUp, afterDown } = input
    const dialect = dialectNamed(target.dialect, workplace.root)
    const rehearseOne = recordedRuns(input, dialect, workplace)
    for (const file of files) {
      if (before !== null) await dialect.checkpoint(target, before)
      const { keeps, ...run } = await rehearseOne(file)
      const [isUp, isDown] = [run.up.result === 'ok', run.down.result === 'ok']
      const states = before === null ? null : { before, afterUp, afterDown }
      const facts = { isUp, isDown, keeps, statements: run.statements }
      const findings = states === null ? noFindings : await judgeRehearsal(dialect, input.setting.meta, states, facts)
      if (states !== null) {
        // The next one starts from where this one is applied.
        if (isUp && run.redo.result !== 'ok') await replace(dialect, target, afterUp)
        for (const place of Object.values(states)) await dialect.removeScratch(place)
      }
      workplace.emit('migration-rehearsed', {
        rehearsed: { name: file.name, ...run, ...findings, mergedOrder: null } satisfies Rehearsed,
      })
      if (!isUp) break
    }
    return null
  },
}

async function replace(dialect: Dialect, target: Target, state: Target): Promise<void> {
  await dialect.removeScratch(target)
  await dialect.checkpoint(state, target)
}

interface Run extends Pick<Rehearsed, 'up' | 'down' | 'redo' | 'statements'> {
  readonly keeps: readonly string[]
}

/** Runs one migration in its three directions, until one of them does not succeed, and records what is sent. */
function recordedRuns(
  { target, setting, logged, afterUp, afterDown }: RehearsalInput,
  dialect: Dialect,
  { root, importFile }: Workplace,
): (file: MigrationFile) => Promise<Run> {
  let statements: RehearsedStatement[] = []
  let keeps: readonly string[] = []
  let direction: RehearsedStatement['direction'] | null = null
  dialect.recordStatements(({ sql, ms }) => {
    // What Umzug notes for itself is no part of the migration.
    if (direction !== null && !sql.includes(setting.meta.table)) statements.push({ direction, sql, ms })
  })
  const stage = async (file: MigrationFile, which: RehearsedStatement['direction']): Promise<Stage> => {
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
  return async (file) => {
    ;[statements, keeps] = [[], []]
    const up = await stage(file, 'up')
    if (up.result !== 'ok') return { up, down: skipped, redo: skipped, keeps, statements }
    await dialect.checkpoint(target, afterUp)
    const down = await stage(file, 'down')
    if (down.result !== 'ok') return { up, down, redo: skipped, keeps, statements }
    await dialect.checkpoint(target, afterDown)
    const redo = await stage(file, 'redo')
    return { up, down, redo, keeps, statements }
  }
}

const elapsed = (startedAt: number): number => Math.round(performance.now() - startedAt)
