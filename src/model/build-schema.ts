/** How the models become tables: in a scratch database, whatever instance they belong to. */
import type { Sequelize } from 'sequelize'
import type { Target } from '../database/target.ts'
import { DevdbError } from '../error.ts'
import type { Annotations } from '../schema/annotate.ts'
import { collectModels, type LoadedModule } from './collect-models.ts'
import { createInstance, loadSequelize } from './load-sequelize.ts'
import { readAnnotations } from './read-annotations.ts'
import { factsOf } from './sequelize-error.ts'

/** What to build, and where. */
export interface SchemaRequest {
  readonly root: string
  readonly target: Target
  /** The imported model files, in order. */
  readonly modules: readonly LoadedModule[]
  /** Told whose code runs next. */
  onModule(file: string): void
}

/** What came of it. */
export interface SchemaResult {
  readonly models: number
  readonly annotations: Annotations
}

/**
 * Creates the tables of all models.
 * @returns how many models there are, and what they say of their columns beyond what the tables hold
 * @throws DevdbError `model-none`, `schema-failed`
 */
export async function buildSchema({ root, target, modules, onModule }: SchemaRequest): Promise<SchemaResult> {
  const own = createInstance(root, target)
  const { sequelize, isForeign } = await collectModels(modules, own, loadSequelize(root), onModule)
  const models = Object.keys(sequelize.models).length
  if (models === 0) {
    throw new DevdbError('model-none', 'the model files loaded, but no Sequelize model was found in what they export', {
      hint: 'export the models, a function (sequelize, DataTypes) that defines them, or the Sequelize instance they belong to',
    })
  }
  if (isForeign) pointAt(sequelize, target)
  try {
    await sequelize.sync({ logging: false })
  } catch (error) {
    throw schemaError(error)
  } finally {
    await sequelize.close().catch(() => undefined)
  }
  return { models, annotations: readAnnotations(sequelize) }
}

/**
 * Points the application's own instance at a target. It gets a connection manager of its own, so that nothing is ever sent through a
 * connection that the application opened before.
 */
function pointAt(sequelize: Sequelize, target: Target): void {
  const inner = sequelize as unknown as {
    options: Record<string, unknown>
    dialect: { connectionManager: unknown }
    connectionManager: { constructor: new (dialect: unknown, sequelize: Sequelize) => unknown }
  }
  if (inner.options.dialect !== target.dialect) {
    throw new DevdbError(
      'schema-failed',
      `the application's Sequelize instance is for ${String(inner.options.dialect)}, the throwaway database is ${target.dialect}`,
      { hint: 'let the application read its database from DATABASE_URL, or set env in devdb.config' },
    )
  }
  Object.assign(inner.options, target.options)
  const manager = new inner.connectionManager.constructor(inner.dialect, sequelize)
  Object.assign(inner, { connectionManager: manager })
  inner.dialect.connectionManager = manager
}

function schemaError(error: unknown): DevdbError {
  const { message, ...statement } = factsOf(error)
  return new DevdbError('schema-failed', `the database refused the models' schema: ${message}`, {
    hint: 'mend the model that this statement comes from, and save',
    cause: error,
    ...statement,
  })
}
