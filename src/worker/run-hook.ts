/** How what the configuration names to run before or after the models' tables are made is run. In the build's child only. */
import type { Target } from '../database/target.ts'
import { dialectNamed } from '../dialect/find-dialect.ts'
import { refusalHint, refusalIn } from '../door/refusal.ts'
import { DevdbError, fromProblem, toProblem } from '../error.ts'
import type { DefinedModels } from '../model/define-models.ts'
import { loadSequelize } from '../model/load-sequelize.ts'
import { factsOf } from '../model/sequelize-error.ts'
import { packageHint } from '../process/package-hint.ts'
import { runScript } from '../seed/run-script.ts'
import type { Workplace } from './operation/operation.ts'
import { scriptOf } from './read-ahead.ts'

type Hook = (queryInterface: unknown, sequelize: unknown) => unknown

/** Whether a hook is SQL, and not a module. */
export const isScript = (file: string): boolean => file.endsWith('.sql')

/**
 * Runs a hook.
 * @param file absolute path of a SQL file, or of a module that exports `(queryInterface, Sequelize) => …`
 * @param sequelize the instance that the models belong to
 * @param target the scratch database
 * @param workplace where it runs
 * @throws DevdbError `schema-failed` for what the database refuses, `model-failed` for what the module throws
 */
export async function runHook(
  file: string,
  sequelize: DefinedModels['sequelize'],
  target: Target,
  { root, importFile, tellRunning }: Workplace,
): Promise<void> {
  if (isScript(file)) return runSql(file, target, root)
  const hook = functionOf(await importFile(file))
  if (hook === null) {
    throw new DevdbError('model-failed', 'it exports no function that could run around the models', {
      file,
      hint: 'export a function: module.exports = async (queryInterface, Sequelize) => { … }',
    })
  }
  tellRunning(file)
  try {
    await hook(sequelize.getQueryInterface(), loadSequelize(root).Sequelize)
  } catch (error) {
    if (error instanceof DevdbError) throw error
    const { message, ...statement } = factsOf(error)
    const hint = refusalIn(message) !== null ? refusalHint : (packageHint(error, file) ?? 'fix the file and save')
    throw new DevdbError('model-failed', message, { file, cause: error, hint, ...statement })
  }
  if (await dialectNamed(target.dialect, root).hasOpenTransaction(target))
    throw new DevdbError('model-failed', 'it left a transaction open', { file, hint: 'commit it, and await that' })
}

async function runSql(file: string, target: Target, root: string): Promise<void> {
  const dialect = dialectNamed(target.dialect, root)
  const connection = await dialect.openScratch(target)
  try {
    await runScript(dialect, connection, await scriptOf(dialect, file, null))
  } catch (error) {
    throw fromProblem({ ...toProblem(error), code: 'schema-failed' })
  } finally {
    await connection.close()
  }
}

/** What the module is, its default export, or what it calls `up`, as a migration does. */
function functionOf(exported: unknown): Hook | null {
  const holder = exported as { default?: unknown; up?: unknown } | null
  const inner = holder?.default as { default?: unknown; up?: unknown } | null | undefined
  const found = [exported, inner, inner?.default, holder?.up, inner?.up].find((value) => typeof value === 'function')
  return (found as Hook | undefined) ?? null
}
