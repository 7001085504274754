/** What the models need that no migration gives: shadow against throwaway, never models against dev. */
import type { Target } from '../database/target.ts'
import type { Emit } from '../event/event.ts'
import { bareName, readMigrationFolder } from '../migration/migration-folder.ts'
import { type Sifted, siftAccepted } from '../schema/accepted.ts'
import { annotate } from '../schema/annotate.ts'
import type { Change } from '../schema/change.ts'
import { diff } from '../schema/diff.ts'
import type { Schema, Unread } from '../schema/schema.ts'
import { readAccepted } from './accepted-file.ts'
import { baselineNames, buildShadow } from './build-shadow.ts'
import { callUserCode, resultOf } from './call-user-code.ts'
import { findModelFiles } from './inputs.ts'
import type { Project } from './project.ts'
import { readDevPosition } from './read-dev-board.ts'

/**
 * Builds the models' schema in a scratch database and reads it; runs no steps.
 * @throws DevdbError as a build does
 */
export async function readModelSchema(project: Project, emit: Emit, signal: AbortSignal): Promise<Schema> {
  const { config, dialect } = project
  await dialect.prepareScratch(config.build)
  try {
    const files = await findModelFiles(config)
    const onLine = (line: string): void => emit('output-captured', { source: 'models', line })
    const setting = { target: config.build, signal, timeoutMs: config.models.timeoutMs, emit, onLine }
    const call = await callUserCode(project, 'build-schema', { target: config.build, files }, setting)
    const { annotations } = resultOf(call)
    return annotate(await dialect.introspect(config.build, config.migrations.meta), annotations)
  } finally {
    await dialect.removeScratch(config.build)
  }
}

/** What a comparison found, and what it could not look at. */
export interface Comparison extends Sifted {
  readonly unread: readonly Unread[]
}

/**
 * Compares the models with the migrations.
 * @param models the models' schema
 * @returns what is not accepted, and what is accepted but no longer true
 * @throws DevdbError `shadow-failed`, `migrations-unreadable`, `config-invalid` for the file of accepted differences
 */
export async function compareModels(project: Project, models: Schema, signal: AbortSignal): Promise<Comparison> {
  const { config, dialect } = project
  const shadow = await dialect.introspect(await buildShadow(project, signal), config.migrations.meta)
  const changes = diff(shadow, models, { rules: dialect.rules, isFromModels: true })
  return { ...siftAccepted(changes, readAccepted(config)), unread: [...shadow.unread, ...models.unread] }
}

/**
 * Compares dev with what its applied migrations made. Tables that neither models nor migrations make are somebody else's.
 * @param project the project
 * @param models the models' schema
 * @param signal cancels it
 * @returns null where dev is absent, an applied migration has no file, or dev is older than the baseline
 */
export async function findDrift(
  project: Project,
  models: Schema,
  signal: AbortSignal,
): Promise<readonly Change[] | null> {
  const { config, dialect } = project
  const { board } = await readDevPosition(project)
  if (!board.exists) return null
  // What the baseline stands for needs no file, but must be applied.
  const covered = await baselineNames(project, signal)
  const isUnknown = board.migrations.some(
    ({ name, state }) => state === (covered.has(bareName(name)) ? 'pending' : 'missing'),
  )
  if (isUnknown) return null
  const files = readMigrationFolder(config.migrations)
  const applied = new Set(board.migrations.flatMap(({ name, state }) => (state === 'applied' ? [name] : [])))
  const read = (target: Target): Promise<Schema> => dialect.introspect(target, config.migrations.meta)
  const all = await read(await buildShadow(project, signal, files))
  const inPlace = files.filter(({ name }) => applied.has(name))
  const expected = await read(await buildShadow(project, signal, inPlace))
  const { rules } = dialect
  const ours = new Set([all, models].flatMap(({ tables }) => Object.keys(tables)).map(rules.tableKey))
  return diff(expected, await read(config.dev), { rules, isFromModels: false }).filter(
    ({ kind, table }) => kind !== 'create-table' || ours.has(rules.tableKey(table)),
  )
}
