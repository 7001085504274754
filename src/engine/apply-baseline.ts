/** The baseline: the work of migrations that do not start from an empty database, done in another way, and the names that it stands for. */
import { environmentFor } from '../config/config.ts'
import { defaults } from '../config/defaults.ts'
import type { Target } from '../database/target.ts'
import { refusalHint } from '../door/refusal.ts'
import { DevdbError } from '../error.ts'
import { bareName } from '../migration/migration-folder.ts'
import { runCommand } from '../seed/run-command.ts'
import { guarded } from './dev-guard.ts'
import type { Project } from './project.ts'
import type { Baseline } from './read-baseline.ts'
import { baselineRunner } from './runners.ts'
import { syncRevision } from './sync-revision.ts'

/**
 * Runs a baseline on an empty database. Statements run as they are written, like those of a migration.
 * @param project the project
 * @param baseline what to run
 * @param target the empty database
 * @param signal ends it between two statements
 * @returns all names that the meta table holds then
 * @throws DevdbError `baseline-failed` with the line and the statement
 */
export async function applyBaseline(
  project: Project,
  baseline: Baseline,
  target: Target,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { dialect, config } = project
  const { meta } = config.migrations
  const runner = baselineRunner(baseline.label)
  const covered = await guarded(project, runner, () => make(project, baseline, target, signal))
  // Another connection than the script's: what that one left open is not to swallow the names.
  const connection = await dialect.openForWriting(target)
  try {
    const known = new Set((await dialect.readMetaTable(connection, meta)).map(bareName))
    const names = [...covered, ...baseline.names].filter(
      (name) => !known.has(bareName(name)) && known.add(bareName(name)),
    )
    await dialect.recordNames(connection, meta, names).catch((error: Error) => {
      throw failed(baseline, `its names cannot be put into ${meta.table}: ${error.message}`, {
        hint: `let the file itself insert them into ${meta.table}`,
        cause: error,
      })
    })
    return await dialect.readMetaTable(connection, meta)
  } finally {
    await connection.close()
  }
}

/** @returns names that only showed while it was made */
async function make(
  project: Project,
  baseline: Baseline,
  target: Target,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { script, run, commit } = baseline
  if (script !== null) await runStatements(project, baseline, script, target, signal)
  if (run !== null) await runProgram(project, baseline, run, target, signal)
  if (commit === null) return []
  return syncRevision(project, commit, target, signal).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof DevdbError)) throw error
    throw failed(baseline, error.message, { ...error.parts, cause: error })
  })
}

async function runProgram(
  project: Project,
  baseline: Baseline,
  run: string | readonly string[],
  target: Target,
  signal: AbortSignal,
): Promise<void> {
  const { config, dialect } = project
  const step = { name: 'baseline', run, timeoutMs: defaults.stepTimeoutMs }
  const setting = { cwd: config.cwd, env: environmentFor(config, target), signal, onLine: () => undefined }
  await runCommand(step, setting).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof DevdbError)) throw error
    const { hint = '', details = [] } = error.parts
    throw failed(baseline, error.message.replace('step "baseline"', 'it'), { hint, details, cause: error })
  })
  if (!(await dialect.exists(target)) || (await dialect.countTables(target)) === 0)
    throw failed(baseline, 'there is nothing in the database afterwards', {
      hint: 'it must fill the database that DATABASE_URL names; see env in the configuration',
    })
}

async function runStatements(
  project: Project,
  baseline: Baseline,
  script: string,
  target: Target,
  signal: AbortSignal,
): Promise<void> {
  const { dialect } = project
  const connection = await dialect.openForWriting(target)
  try {
    for (const { sql, line } of dialect.splitStatements(script)) {
      if (signal.aborted) throw new DevdbError('interrupted', 'stopped')
      const refusal = dialect.refusalOf(sql, project.config.dev)
      if (refusal !== null) throw failed(baseline, refusal, { line, statement: sql, hint: refusalHint })
      await connection.run(sql).catch((error: Error) => {
        const hint = 'mend the file, or write it anew from dev: devdb baseline'
        throw failed(baseline, error.message, { line, statement: sql, hint, cause: error })
      })
    }
    if (await dialect.hasOpenTransaction(target))
      throw failed(baseline, 'it left a transaction open', { hint: 'end it with COMMIT' })
  } finally {
    await connection.close()
  }
}

const failed = (
  { file, label }: Baseline,
  reason: string,
  parts: ConstructorParameters<typeof DevdbError>[2],
): DevdbError =>
  new DevdbError('baseline-failed', `the baseline ${label} does not run: ${reason}`, {
    file,
    ...parts,
  })

/** Whether a database starts from the baseline: one is configured, and there is nothing in it yet. */
export const startsFromBaseline = async ({ config, dialect }: Project, target: Target): Promise<boolean> =>
  config.baseline !== null && (!(await dialect.exists(target)) || (await dialect.countTables(target)) === 0)
