/** Whether models that were not loaded again, because their files are what they were, are what they were. */
import type { Emit } from '../event/event.ts'
import { defineModels } from './build-schema.ts'
import type { Building } from './building.ts'
import { placeFor } from './call-user-code.ts'
import type { KnownModels } from './definition.ts'
import { watchDev } from './dev-guard.ts'
import { withLock } from './with-lock.ts'

/**
 * Loads models as a build does, and compares them. Where they are others, they are forgotten.
 * @param building the build that has taken them for what they were, and is cleared up
 * @param taken the models
 * @param signal ends it
 * @returns false where they are others, or cannot be loaded any more; true where that could not be found out
 */
export async function verifyModels(building: Building, taken: KnownModels, signal: AbortSignal): Promise<boolean> {
  const { project, emit } = building
  const isSame = await withLock(project, signal, emit, () => areSame(building, taken, signal)).catch(
    () => signal.aborted,
  )
  if (!isSame) project.models.splice(0, project.models.length, ...project.models.filter((known) => known !== taken))
  return isSame
}

async function areSame(building: Building, taken: KnownModels, signal: AbortSignal): Promise<boolean> {
  const { project } = building
  const { config, dialect, pool } = project
  const session = pool.take(placeFor(config, config.build))
  // The build has reported all else.
  const emit: Emit = (kind, fields) => {
    if (kind === 'output-captured') building.emit(kind, fields)
  }
  const again: Building = {
    ...building,
    emit,
    signal,
    startedAt: Date.now(),
    before: new Map(),
    session,
    files: new Set(),
    shared: [],
    models: null,
  }
  const watch = await watchDev(project)
  try {
    await dialect.prepareScratch(config.build)
    const definition = await defineModels(again, taken.files)
    return JSON.stringify([definition, again.shared]) === JSON.stringify([taken.definition, taken.shared])
  } finally {
    await session.close()
    await watch.close()
    await dialect.removeScratch(config.build)
  }
}
