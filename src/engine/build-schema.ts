/** The first part of a build: the models are defined, and become tables where no layer has them. */
import { performance } from 'node:perf_hooks'
import { DevdbError } from '../error.ts'
import { type Annotations, annotate } from '../schema/annotate.ts'
import type { Schema } from '../schema/schema.ts'
import type { Operations } from '../worker/protocol.ts'
import type { Call } from '../worker/session.ts'
import type { Building } from './building.ts'
import { resultOf } from './call-user-code.ts'
import { findModelFiles } from './inputs.ts'
import { type Contents, contentsDuring, schemaLayerKey } from './layer-plan.ts'

/** Models that the build's child has defined. */
export interface Definition {
  readonly annotations: Annotations
  /** The layer that their tables are; null where it has no name. */
  readonly key: string | null
  /** What the layer was made of, besides the statements that its key stands for. */
  readonly files: Contents
}

/**
 * Loads the models in the build's child.
 * @param building what is built; learns its files
 * @throws DevdbError of the models
 */
export async function defineModels(building: Building): Promise<Definition> {
  const { project, emit } = building
  const { config, timings } = project
  emit('schema-started', { estimateMs: timings.get('schema') })
  const files = await findModelFiles(config)
  for (const file of files) building.files.add(file)
  const call = await callSession(building, 'define-models', { target: config.build, files })
  for (const file of call.files) building.files.add(file)
  const { annotations, schemaKey, isConnected } = resultOf(call)
  // What it sent before anybody asked is in no statement that is known here.
  if (isConnected) return { annotations, key: null, files: {} }
  if (schemaKey !== null) return { annotations, key: schemaLayerKey(schemaKey), files: {} }
  const contents = await contentsDuring(building.files, building.before, building.startedAt)
  return { annotations, key: contents === null ? null : schemaLayerKey(contents), files: contents ?? {} }
}

/**
 * Creates the tables of the models that the build's child has defined.
 * @throws DevdbError `schema-failed`
 */
export async function createTables(building: Building): Promise<void> {
  resultOf(await callSession(building, 'create-tables', { target: building.project.config.build }))
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
  building.tables = await dialect.countTables(target)
  const known = key === null ? undefined : schemas.get(key)
  const schema = known === undefined ? dialect.introspect(target, config.migrations.meta) : Promise.resolve(known)
  // Whoever awaits it meets its error.
  schema.catch(() => undefined)
  if (key === null) await schema
  const ms = Math.round(performance.now() - startedAt)
  if (!isCached) timings.set('schema', ms)
  emit('schema-built', { tables: building.tables, ms, cached: isCached })
  return {
    schema: schema.then((read) => {
      if (key !== null) {
        schemas.clear()
        schemas.set(key, read)
      }
      return annotate(read, annotations)
    }),
  }
}

function callSession<Name extends 'define-models' | 'create-tables'>(
  { project, session, emit, signal }: Building,
  operation: Name,
  input: Operations[Name]['input'],
): Promise<Call<Operations[Name]['result']>> {
  if (session === null) throw new DevdbError('internal', 'the build has no child')
  const onLine = (line: string): void => emit('output-captured', { source: 'models', line })
  return session.call(operation, input, { signal, timeoutMs: project.config.models.timeoutMs, emit, onLine })
}
