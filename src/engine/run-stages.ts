/** One migration up, down and up on a copy, in one child; the states between are kept. */
import type { Target } from '../database/target.ts'
import type { Problem } from '../error.ts'
import type { RehearsedStatement, Stage } from '../event/rehearsal.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { callUserCode } from './call-user-code.ts'
import type { Project } from './project.ts'

/** Where it runs, and where the states after the up and after the down are kept. */
export interface StagePlaces {
  readonly work: Target
  readonly afterUp: Target
  readonly afterDown: Target
}

/** How each direction went. */
export interface Stages {
  readonly up: Stage
  readonly down: Stage
  readonly redo: Stage
  /** Columns that the down keeps on purpose, as `table.column`. */
  readonly keeps: readonly string[]
  /** What was sent, without the bookkeeping of Umzug. */
  readonly statements: readonly RehearsedStatement[]
}

/** Nothing could be tried. */
export const skipped: Stage = { result: 'skipped', ms: null, problem: null }

/**
 * Runs the stages until one does not succeed.
 * @param project the project
 * @param file the migration
 * @param places where
 * @param signal cancels it
 * @throws DevdbError `interrupted`
 */
export async function runStages(
  project: Project,
  file: MigrationFile,
  places: StagePlaces,
  signal: AbortSignal,
): Promise<Stages> {
  const { config, dialect } = project
  const { work, afterUp, afterDown } = places
  for (const place of [afterUp, afterDown]) await dialect.removeScratch(place)
  const connection = await dialect.openForReading(work)
  const logged = await dialect.readMetaTable(connection, config.migrations.meta).finally(() => connection.close())
  const call = await callUserCode(
    project,
    'rehearse-migration',
    { target: work, file, setting: config.migrations, logged, afterUp, afterDown },
    { target: work, signal, timeoutMs: null },
  )
  if ('problem' in call.outcome) return diedIn(project, places, call.outcome.problem)
  const { statements, ...stages } = call.outcome.result
  return { ...stages, statements: statements.filter(({ sql }) => !sql.includes(config.migrations.meta.table)) }
}

/** Code that ends the process: the states that it left tell how far it came. */
async function diedIn({ dialect }: Project, { afterUp, afterDown }: StagePlaces, problem: Problem): Promise<Stages> {
  const [isUp, isDown] = [await dialect.exists(afterUp), await dialect.exists(afterDown)]
  const ok: Stage = { result: 'ok', ms: null, problem: null }
  const failed: Stage = { result: 'failed', ms: null, problem }
  return {
    up: isUp ? ok : failed,
    down: isDown ? ok : isUp ? failed : skipped,
    redo: isDown ? failed : skipped,
    keeps: [],
    statements: [],
  }
}
