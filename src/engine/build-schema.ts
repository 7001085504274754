/** The first part of a build: the models are defined, or the migrations replayed, and become tables where no layer has them. */
import { performance } from 'node:perf_hooks'
import type { Config } from '../config/config.ts'
import { DevdbError } from '../error.ts'
import { annotate } from '../schema/annotate.ts'
import type { Schema } from '../schema/schema.ts'
import type { Operations } from '../worker/protocol.ts'
import type { Call } from '../worker/session.ts'
import { buildShadow, shadowImports, shadowKey } from './build-shadow.ts'
import { type Building, surroundingsOf } from './building.ts'
import { resultOf } from './call-user-code.ts'
import type { Definition } from './definition.ts'
import { guarded } from './dev-guard.ts'
import { fileStates, findBuildFiles, findHookFiles, findModelFiles } from './inputs.ts'
import { contentsDuring, schemaLayerKey, stepIdentity } from './layer-plan.ts'
import { hooksOf, modelInput } from './model-input.ts'
import { packageVersions } from './package-versions.ts'
import type { KnownSchema } from './project.ts'
import { modelsRunner } from './runners.ts'

/**
 * Finds the files that the models are loaded from, as far as the configuration tells.
 * @param building what is built; learns its files
 * @returns the model files
 * @throws DevdbError `model-not-found`, `migrations-unreadable`
 */
export async function findSources(building: Building): Promise<readonly string[]> {
  const { config } = building.project
  const models = await findModelFiles(config)
  const read = await findBuildFiles(config, models)
  for (const file of read) building.files.add(file)
  const fresh = read.filter((file) => !building.before.has(file))
  for (const [file, state] of await fileStates(fresh)) building.before.set(file, state)
  return models
}

/**
 * Loads the models in the build's child, or replays the migrations where the throwaway is built from them.
 * @param building what is built; learns its files
 * @param models the model files
 * @throws DevdbError of the models
 */
export async function defineModels(building: Building, models: readonly string[]): Promise<Definition> {
  const { config } = building.project
  if (config.builtFrom === 'migrations') return replayMigrations(building)
  const call = await callSession(building, 'define-models', await modelInput(config, models))
  for (const file of call.files) building.files.add(file)
  const { annotations, shared, schemaKey, isConnected } = resultOf(call)
  building.shared = shared
  const definition = { annotations, files: {}, replayed: null }
  // What it sent before anybody asked is in no statement that is known here.
  if (isConnected) return { ...definition, key: null }
  const hooks = hookFiles(config)
  if (schemaKey !== null && hooks.length === 0) {
    const named = { ...definition, key: schemaLayerKey(packageVersions(building.project), schemaKey) }
    building.models = { files: models, loaded: [...building.files], definition: named, shared }
    return named
  }
  // The hooks' code makes some of it; where the models' code does too, any file may.
  const files =
    schemaKey === null
      ? building.files
      : hooks.flatMap((file) => [...findHookFiles(file), ...building.session!.filesOf(file)])
  const contents = await contentsDuring(files, building.before, building.startedAt)
  if (contents === null) return { ...definition, key: null }
  return {
    ...definition,
    key: schemaLayerKey(packageVersions(building.project), {
      ...contents,
      statements: schemaKey ?? '',
      hooks: hookIdentity(building, hooks),
    }),
    files: contents,
  }
}

const hookFiles = ({ models }: Config): readonly string[] =>
  [models.beforeSync, models.afterSync].filter((file) => file !== null)

/** What they are besides their files: which, and the environment that their code may read. */
const hookIdentity = ({ project }: Building, hooks: readonly string[]): string =>
  hooks
    .map((file) => ({ name: file, timeoutMs: 0, ...(file.endsWith('.sql') ? { sql: file } : { module: file }) }))
    .map((step) => stepIdentity(step, surroundingsOf(project)))
    .join()

/** Nothing is loaded for it: the migrations stand for the models, which may be ones that nobody can sync. */
async function replayMigrations({ project, signal, files }: Building): Promise<Definition> {
  const replayed = await buildShadow(project, signal)
  for (const file of shadowImports(project)) files.add(file)
  return { annotations: {}, key: schemaLayerKey(packageVersions(project), shadowKey(project)), files: {}, replayed }
}

/**
 * Creates the tables of the models that the build's child has defined, or of the migrations.
 * @returns the definition, without a name where only now files were loaded that it was not named by
 * @throws DevdbError `schema-failed`
 */
export async function createTables(building: Building, definition: Definition): Promise<Definition> {
  const { project, files } = building
  const { config, dialect } = project
  if (definition.replayed !== null) {
    await dialect.checkpoint(definition.replayed, config.build)
    return definition
  }
  const call = await callSession(building, 'create-tables', { target: config.build, ...hooksOf(config) })
  const ofHooks = hookFiles(config).flatMap((file) => [...(building.session?.filesOf(file) ?? [])])
  const isNamed = call.files.every((file) => files.has(file)) && ofHooks.every((file) => file in definition.files)
  for (const file of call.files) files.add(file)
  resultOf(call)
  if (isNamed) return definition
  building.models = null
  return { ...definition, key: null }
}

/**
 * Reads what the models' tables are, before steps add their own. Of a layer it is read while the steps run.
 * @param building learns its tables
 * @param definition the models
 * @param startedAt when the models began to load, as `performance.now()` gave it
 * @param isCached whether a layer had them
 * @returns the schema, as it will be known
 */
export async function readSchema(
  building: Building,
  { annotations, key }: Definition,
  startedAt: number,
  isCached: boolean,
): Promise<{ readonly schema: Promise<Schema> }> {
  const { project, emit } = building
  const { config, dialect, timings, layers, schemas } = project
  const target = key === null ? config.build : layers.target(key)
  const known = key === null ? undefined : schemas.get(key)
  const tables = known?.tables ?? (await dialect.countTables(target, config.migrations.meta))
  building.tables = tables
  const schema = known?.schema ?? dialect.introspect(target, config.migrations.meta)
  const read = Promise.resolve(schema)
  // Whoever awaits it meets its error.
  read.catch(() => undefined)
  if (key === null) await read
  const ms = Math.round(performance.now() - startedAt)
  if (!isCached) timings.set('schema', ms)
  emit('schema-built', { tables, ms, cached: isCached })
  return {
    schema: read.then((schema) => {
      if (key !== null) keepSchema(schemas, key, { tables, schema })
      return annotate(schema, annotations)
    }),
  }
}

/** How many schemas are known by heart: going back and forth is between a few. */
const knownSchemas = 4

/** Keeps a schema as the newest of those that are known. */
function keepSchema(schemas: Map<string, KnownSchema>, key: string, known: KnownSchema): void {
  schemas.delete(key)
  schemas.set(key, known)
  for (const old of [...schemas.keys()].slice(0, -knownSchemas)) schemas.delete(old)
}

function callSession<Name extends 'define-models' | 'create-tables'>(
  { project, session, emit, signal }: Building,
  operation: Name,
  input: Operations[Name]['input'],
): Promise<Call<Operations[Name]['result']>> {
  if (session === null) throw new DevdbError('internal', 'the build has no child')
  const onLine = (line: string): void => emit('output-captured', { source: 'models', line })
  const setting = { signal, timeoutMs: project.config.models.timeoutMs, emit, onLine }
  return guarded(project, modelsRunner, () => session.call(operation, input, setting))
}
