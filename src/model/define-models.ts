/** The models of a project, defined in this process: on an instance of devdb's own, or as the application made them. */
import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import type { Sequelize } from 'sequelize'
import { addressOf, type Target } from '../database/target.ts'
import { DevdbError } from '../error.ts'
import type { Annotations } from '../schema/annotate.ts'
import { collectModels, type LoadedModule } from './collect-models.ts'
import { createDecorated, createInstance } from './load-sequelize.ts'
import { readAnnotations } from './read-annotations.ts'
import { recordSync } from './record-sync.ts'
import { type LoadTimeDefault, settleDefaults } from './settle-defaults.ts'
import { type SharedTable, settleTables } from './settle-tables.ts'

/** What to define, and for which database. */
export interface ModelRequest {
  readonly root: string
  readonly target: Target
  /** The imported model files, in order. */
  readonly modules: readonly LoadedModule[]
  /** Names of models or tables that are left out. */
  readonly exclude: readonly string[]
  /** Told whose code runs next. */
  onModule(file: string): void
}

/** Defined models, whose tables are not made yet. */
export interface DefinedModels {
  readonly sequelize: Sequelize
  readonly models: number
  readonly annotations: Annotations
  readonly shared: readonly SharedTable[]
  /** Attributes whose default is the time at which their file was loaded. */
  readonly loadTime: readonly LoadTimeDefault[]
  /** What makes their tables in an empty database; null where only `sync()` itself will do. */
  readonly statements: readonly string[] | null
}

/**
 * Defines all models. Nothing is sent to a database.
 * @throws DevdbError `model-none`, `schema-failed`; whatever a model throws
 */
export async function defineModels({ root, target, modules, exclude, onModule }: ModelRequest): Promise<DefinedModels> {
  const own = createInstance(root, target)
  const { sequelize, isForeign, ignored } = await collectModels(modules, own, onModule, (file) =>
    createDecorated(file, target),
  )
  const shared = settleTables(sequelize, exclude)
  const models = Object.keys(sequelize.models).length
  if (models === 0) {
    throw new DevdbError('model-none', 'the model files loaded, but no Sequelize model was found in what they export', {
      hint: 'export the models, a function (sequelize, DataTypes) that defines them, or the Sequelize instance they belong to',
      details: ignored.map(({ name, file }) => notCalled(name, relative(root, file))),
    })
  }
  if (isForeign) pointAt(sequelize, target)
  const loadTime = settleDefaults(sequelize)
  return {
    sequelize,
    loadTime,
    models,
    annotations: readAnnotations(sequelize),
    shared,
    statements: await recordSync(sequelize),
  }
}

const notCalled = (name: string, file: string): string =>
  `${file}: ${name === '' ? 'its function' : name} was not called, since its text defines no model`

/** Names what statements make: the same text for the same tables. Null for null. */
export const schemaKey = (statements: readonly string[] | null): string | null =>
  statements === null ? null : createHash('sha1').update(JSON.stringify(statements)).digest('hex')

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
  // Its settings are the application's own.
  Object.assign(inner.options, addressOf(target))
  const manager = new inner.connectionManager.constructor(inner.dialect, sequelize)
  Object.assign(inner, { connectionManager: manager })
  inner.dialect.connectionManager = manager
}
