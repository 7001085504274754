/** How defined models become tables, in a scratch database. */
import type { Target } from '../database/target.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { DevdbError } from '../error.ts'
import type { DefinedModels } from './define-models.ts'
import { factsOf } from './sequelize-error.ts'

/**
 * Creates the tables of all models: with the recorded statements in one transaction, or with `sync()` where hooks take part, or where the
 * database refuses a statement and Sequelize is to say whose.
 * @param defined the models
 * @param dialect the scratch database's
 * @param scratch an empty database
 * @throws DevdbError `schema-failed`
 */
export async function createTables(defined: DefinedModels, dialect: Dialect, scratch: Target): Promise<void> {
  const { sequelize, statements } = defined
  if (statements !== null && (await runAtOnce(dialect, scratch, statements))) return
  try {
    await sequelize.sync({ logging: false })
  } catch (error) {
    throw schemaError(error)
  }
}

/** @returns false where a statement was refused; nothing is made then */
async function runAtOnce(dialect: Dialect, scratch: Target, statements: readonly string[]): Promise<boolean> {
  // The driver takes a text only up to its first zero byte.
  if (statements.some((sql) => sql.includes('\0'))) return false
  const connection = await dialect.openScratch(scratch)
  try {
    await connection.run(['BEGIN', ...statements, 'COMMIT'].map((sql) => sql.replace(/;\s*$/, '')).join(';\n'))
    return true
  } catch {
    await connection.run('ROLLBACK').catch(() => undefined)
    return false
  } finally {
    await connection.close()
  }
}

function schemaError(error: unknown): DevdbError {
  const { message, ...statement } = factsOf(error)
  return new DevdbError('schema-failed', `the database refused the models' schema: ${message}`, {
    hint: 'mend the model that this statement comes from, and save',
    cause: error,
    ...statement,
  })
}
