/** The baseline: a SQL file with the work of migrations that do not start from an empty database, and the names that it stands for. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Target } from '../database/target.ts'
import { DevdbError } from '../error.ts'
import { bareName } from '../migration/migration-folder.ts'
import type { Project } from './project.ts'

/** A baseline as it was read. */
export interface Baseline {
  /** The SQL file, absolute. */
  readonly file: string
  readonly script: string
  /** Names that it stands for, besides those that the script puts into the meta table. */
  readonly names: readonly string[]
}

/**
 * Reads the configured baseline.
 * @returns null where none is configured
 * @throws DevdbError `baseline-failed` when its file cannot be read
 */
export function readBaseline({ baseline, root }: Config): Baseline | null {
  if (baseline === null) return null
  const { sql: file, names } = baseline
  try {
    return { file, script: readFileSync(file, 'utf8'), names }
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const reason = isAbsent ? 'there is no such file' : (error as Error).message
    throw new DevdbError('baseline-failed', `the baseline ${relative(root, file)} cannot be read: ${reason}`, {
      file,
      hint: isAbsent ? 'check baseline in the configuration, or write it from dev: devdb baseline' : `ls -ld '${file}'`,
      cause: error,
    })
  }
}

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
  await runStatements(project, baseline, target, signal)
  const { dialect, config } = project
  const { meta } = config.migrations
  // Another connection than the script's: what that one left open is not to swallow the names.
  const connection = await dialect.openForWriting(target)
  try {
    const known = new Set((await dialect.readMetaTable(connection, meta)).map(bareName))
    const names = baseline.names.filter((name) => !known.has(bareName(name)) && known.add(bareName(name)))
    await dialect.recordNames(connection, meta, names).catch((error: Error) => {
      throw failed(project, baseline, `its names cannot be put into ${meta.table}: ${error.message}`, {
        hint: `let the file itself insert them into ${meta.table}`,
        cause: error,
      })
    })
    return await dialect.readMetaTable(connection, meta)
  } finally {
    await connection.close()
  }
}

async function runStatements(project: Project, baseline: Baseline, target: Target, signal: AbortSignal): Promise<void> {
  const { dialect } = project
  const connection = await dialect.openForWriting(target)
  try {
    for (const { sql, line } of dialect.splitStatements(baseline.script)) {
      if (signal.aborted) throw new DevdbError('interrupted', 'stopped')
      await connection.run(sql).catch((error: Error) => {
        const hint = 'mend the file, or write it anew from dev: devdb baseline'
        throw failed(project, baseline, error.message, { line, statement: sql, hint, cause: error })
      })
    }
    if (await dialect.hasOpenTransaction(target))
      throw failed(project, baseline, 'it left a transaction open', { hint: 'end it with COMMIT' })
  } finally {
    await connection.close()
  }
}

const failed = (
  { config }: Project,
  { file }: Baseline,
  reason: string,
  parts: ConstructorParameters<typeof DevdbError>[2],
): DevdbError =>
  new DevdbError('baseline-failed', `the baseline ${relative(config.root, file)} does not run: ${reason}`, {
    file,
    ...parts,
  })

/** Whether a database starts from the baseline: one is configured, and there is nothing in it yet. */
export const startsFromBaseline = async ({ config, dialect }: Project, target: Target): Promise<boolean> =>
  config.baseline !== null && (!(await dialect.exists(target)) || (await dialect.countTables(target)) === 0)
