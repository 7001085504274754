/** What the models need that no migration gives: shadow against throwaway, never models against dev. */
import type { Emit } from '../event/event.ts'
import { readMigrationFolder } from '../migration/migration-folder.ts'
import { type Sifted, siftAccepted } from '../schema/accepted.ts'
import type { Change } from '../schema/change.ts'
import { diff } from '../schema/diff.ts'
import type { Schema } from '../schema/schema.ts'
import { readAccepted } from './accepted-file.ts'
import { buildShadow } from './build-shadow.ts'
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
    resultOf(await callUserCode(project, 'build-schema', { target: config.build, files }, setting))
    return await dialect.introspect(config.build, config.migrations.meta)
  } finally {
    await dialect.removeScratch(config.build)
  }
}

/**
 * Compares the models with the migrations.
 * @param models the models' schema
 * @returns what is not accepted, and what is accepted but no longer true
 * @throws DevdbError `shadow-failed`, `migrations-unreadable`, `config-invalid` for the file of accepted differences
 */
export async function compareModels(project: Project, models: Schema, signal: AbortSignal): Promise<Sifted> {
  const { config, dialect } = project
  const shadow = await dialect.introspect(await buildShadow(project, signal), config.migrations.meta)
  return siftAccepted(diff(shadow, models, { rules: dialect.rules, isFromModels: true }), readAccepted(config))
}

/**
 * Compares dev with what its applied migrations made.
 * @returns null where dev is absent, or an applied migration has no file
 */
export async function findDrift(project: Project, signal: AbortSignal): Promise<readonly Change[] | null> {
  const { config, dialect } = project
  const { board } = await readDevPosition(project)
  if (!board.exists || board.migrations.some(({ state }) => state === 'missing')) return null
  const files = readMigrationFolder(config.migrations)
  const applied = board.migrations
    .filter(({ state }) => state === 'applied')
    .map(({ name }) => files.find((file) => file.name === name)!)
  const shadow = await buildShadow(project, signal, applied)
  const [expected, present] = [
    await dialect.introspect(shadow, config.migrations.meta),
    await dialect.introspect(config.dev, config.migrations.meta),
  ]
  return diff(expected, present, { rules: dialect.rules, isFromModels: false })
}
