/** Does it work? The models and the migrations of a project, each on a scratch database, and how the two differ. */
import { type Problem, toProblem } from '../error.ts'
import { readMigrationFolder } from '../migration/migration-folder.ts'
import type { Change } from '../schema/change.ts'
import type { Schema } from '../schema/schema.ts'
import { buildShadow } from './build-shadow.ts'
import { compareModels } from './compare-models.ts'
import type { Project } from './project.ts'

/** What came of it. Where a problem is null the part beside it is not, but for differences, which need both. */
export interface ProjectTrial {
  readonly models: Schema | null
  readonly modelsProblem: Problem | null
  /** How many migrations there are. */
  readonly migrations: number | null
  readonly replayProblem: Problem | null
  /** What the migrations make. */
  readonly replayed: Schema | null
  /** What models and migrations differ in and nobody has accepted; null, too, where the throwaway is built from the migrations. */
  readonly differences: readonly Change[] | null
}

/**
 * Tries a project; dev is not touched. Only for who holds the lock.
 * @param project the project
 * @param readModels gives the models' schema
 * @param signal cancels it
 * @throws DevdbError `interrupted`
 */
export async function tryProject(
  project: Project,
  readModels: () => Promise<Schema>,
  signal: AbortSignal,
): Promise<ProjectTrial> {
  const attempt = async <Result>(work: () => Result | Promise<Result>) => {
    try {
      return { result: await work(), problem: null }
    } catch (error) {
      if (signal.aborted) throw error
      return { result: null, problem: toProblem(error) }
    }
  }
  const models = await attempt(readModels)
  const { config, dialect } = project
  const files = await attempt(() => readMigrationFolder(config.migrations))
  const replay =
    files.result === null
      ? { result: null, problem: files.problem }
      : await attempt(async () =>
          dialect.introspect(await buildShadow(project, signal, files.result), config.migrations.meta),
        )
  const compared =
    models.result === null || replay.result === null || config.builtFrom === 'migrations'
      ? null
      : await attempt(() => compareModels(project, models.result, signal))
  return {
    models: models.result,
    modelsProblem: models.problem,
    migrations: files.result?.length ?? null,
    replayProblem: replay.problem ?? compared?.problem ?? null,
    replayed: replay.result,
    differences: compared?.result?.changes ?? null,
  }
}
