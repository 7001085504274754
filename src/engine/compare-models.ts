/** What the models need that no migration gives: shadow against throwaway, never models against dev. */
import type { Emit } from '../event/event.ts'
import type { SharedTable } from '../model/settle-tables.ts'
import { type Sifted, siftAccepted } from '../schema/accepted.ts'
import { annotate } from '../schema/annotate.ts'
import { diff } from '../schema/diff.ts'
import type { Schema, Unread } from '../schema/schema.ts'
import { readAccepted } from './accepted-file.ts'
import { buildShadow } from './build-shadow.ts'
import { callUserCode, resultOf } from './call-user-code.ts'
import { modelInput } from './model-input.ts'
import { assertComparable } from './not-compared.ts'
import type { Project } from './project.ts'
import { modelsRunner } from './runners.ts'

/**
 * Builds the models' schema in a scratch database and reads it; runs no steps. Where the throwaway is built from the migrations it is what they
 * make.
 * @param onShared told of the tables that several models describe
 * @throws DevdbError as a build does
 */
export async function readModelSchema(
  project: Project,
  emit: Emit,
  signal: AbortSignal,
  onShared: (shared: readonly SharedTable[]) => void = () => undefined,
): Promise<Schema> {
  const { config, dialect } = project
  if (config.builtFrom === 'migrations')
    return dialect.introspect(await buildShadow(project, signal), config.migrations.meta)
  await dialect.prepareScratch(config.build)
  try {
    const onLine = (line: string): void => emit('output-captured', { source: 'models', line })
    const setting = {
      target: config.build,
      runner: modelsRunner,
      signal,
      timeoutMs: config.models.timeoutMs,
      emit,
      onLine,
    }
    const call = await callUserCode(project, 'build-schema', await modelInput(config), setting)
    const { annotations, shared } = resultOf(call)
    onShared(shared)
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
 * @throws DevdbError `models-not-compared`, `shadow-failed`, `migrations-unreadable`, `config-invalid` for the file of accepted differences
 */
export async function compareModels(project: Project, models: Schema, signal: AbortSignal): Promise<Comparison> {
  const { config, dialect } = project
  assertComparable(config)
  const shadow = await dialect.introspect(await buildShadow(project, signal), config.migrations.meta)
  const changes = diff(shadow, models, { rules: dialect.rules, isFromModels: true })
  return { ...siftAccepted(changes, readAccepted(config)), unread: [...shadow.unread, ...models.unread] }
}
