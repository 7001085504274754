/** What a build does: the models become tables, the steps fill them, and all of it is put in place; or layers are that already. */
import { performance } from 'node:perf_hooks'
import { DevdbError } from '../error.ts'
import type { Layer } from '../seed/layer-cache.ts'
import { createTables, defineModels, findSources, readSchema } from './build-schema.ts'
import type { Building } from './building.ts'
import { placeFor } from './call-user-code.ts'
import type { Definition, KnownModels } from './definition.ts'
import { watchDev } from './dev-guard.ts'
import { keepSchemaLayer } from './keep-layer.ts'
import { findKnownModels } from './known-models.ts'
import { readLastBuild } from './last-build.ts'
import { isAnyWritten } from './layer-plan.ts'
import { findLayers, restoreDeepest } from './restore-layers.ts'
import { runStep, tellRestored } from './run-step.ts'

/** Why a build is wanted. */
export interface BuildWish {
  /** In a few words. */
  readonly reason: string
  /** Whether a throwaway that is what it would become is left alone, with what somebody wrote to it. */
  readonly keepsUnchanged?: boolean
  /** Whether it gives up where files are written while it loads them: then they are to be loaded again, and nothing of it is wanted. */
  readonly givesUp?: boolean
  /** Whether all is done anew, whatever layers there are. */
  readonly ignoresLayers?: boolean
}

/** How a build went. */
export interface Way {
  /** Whether there was nothing to build. */
  readonly isUnchanged: boolean
  /** The models of before that were taken for those of now; null where they were loaded. */
  readonly taken: KnownModels | null
}

/**
 * Makes the throwaway what the models and steps are now.
 * @param building what is built; learns all about it
 * @param wish why
 * @throws DevdbError of the project's code, of its files, or `interrupted`
 */
export async function fillThrowaway(building: Building, wish: BuildWish): Promise<Way> {
  const { project, emit } = building
  const { config, dialect, timings } = project
  await dialect.checkThrowaway(config.throwaway, config.folder)
  emit('schema-started', { estimateMs: timings.get('schema') })
  const watching = watchDev(project)
  // The rejection is handled where the promise is awaited.
  watching.catch(() => undefined)
  try {
    const files = await findSources(building)
    const known = wish.keepsUnchanged === true ? await findKnownModels(building, files) : null
    if (known !== null) {
      const isUnchanged = await restoreAll(building, known)
      if (isUnchanged !== null) return { isUnchanged, taken: known }
    }
    return { isUnchanged: await buildFrom(building, files, wish), taken: null }
  } finally {
    const { closing } = building
    // What the child still had in mind when the build was over is noticed, too.
    building.closing = Promise.resolve(closing).finally(() => watching.then((watch) => watch.close()))
  }
}

/**
 * Where layers are all that models of before and the steps would make: puts them in place, before anything is loaded.
 * @returns whether that was nothing to do; null where something has to be run
 */
async function restoreAll(building: Building, known: KnownModels): Promise<boolean | null> {
  const { config, dialect } = building.project
  const startedAt = performance.now()
  const layers = await findLayers(building, known.definition.key)
  if (layers.length <= config.steps.length) return null
  const isUnchanged = await isInPlace(building, layers)
  if (!isUnchanged && (await restoreDeepest(building, layers)) === 0) return null
  for (const file of known.loaded) building.files.add(file)
  building.shared = known.shared
  await tellLayers(building, known.definition, layers, startedAt)
  if (building.signal.aborted) throw new DevdbError('interrupted', 'cancelled')
  if (!isUnchanged) await dialect.publish(config.build, config.throwaway, config.folder)
  return isUnchanged
}

/** @returns whether there was nothing to build */
async function buildFrom(building: Building, files: readonly string[], wish: BuildWish): Promise<boolean> {
  const { project, signal } = building
  const { config, dialect, pool } = project
  const session = pool.take(placeFor(config, config.build))
  building.session = session
  const prepared = dialect.prepareScratch(config.build)
  // Whoever awaits it meets its error.
  prepared.catch(() => undefined)
  const startedAt = performance.now()
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  try {
    await prepared
    let definition = await defineUntouched(building, files, wish)
    const restorable = wish.ignoresLayers === true ? [] : await findLayers(building, definition.key)
    if (wish.keepsUnchanged === true && (await isInPlace(building, restorable))) {
      await tellLayers(building, definition, restorable, startedAt)
      return true
    }
    const done = await restoreDeepest(building, restorable)
    if (done === 0) definition = await createTables(building, definition)
    if (done === 0) await keepSchemaLayer(building, definition, elapsed())
    const { schema } = await readSchema(building, definition, startedAt, done > 0)
    for (const [index, step] of config.steps.entries()) {
      if (index + 1 < done) tellRestored(building, step, restorable[index + 1]!)
      else await runStep(building, step)
    }
    if (signal.aborted) throw new DevdbError('interrupted', 'cancelled')
    // Whatever its code still had in mind: from here on nothing is written.
    building.closing = session.close()
    await dialect.publish(config.build, config.throwaway, config.folder)
    building.schema = await schema
    return false
  } finally {
    building.closing ??= session.close()
  }
}

/** Defines the models, from files that are as they were when the build began: a slow writer's half of a file is nothing to build from. */
async function defineUntouched(building: Building, models: readonly string[], wish: BuildWish): Promise<Definition> {
  try {
    return await defineModels(building, models)
  } finally {
    const { files, before, startedAt, signal } = building
    // Nobody looks whether it has loaded what was there before.
    if (wish.givesUp !== true) building.models = null
    if (wish.givesUp === true && !signal.aborted && (await isAnyWritten(files, before, startedAt))) {
      building.isOutdated = true
      // biome-ignore lint/correctness/noUnsafeFinally: what went wrong with half of a file is of no interest
      throw new DevdbError('interrupted', 'cancelled')
    }
  }
}

/** Whether the throwaway is what this build would make it. */
async function isInPlace({ project }: Building, found: readonly Layer[]): Promise<boolean> {
  const { config, dialect } = project
  const isWhole = found.length === config.steps.length + 1
  return isWhole && found.at(-1)!.key === readLastBuild(config.folder).good?.layer && dialect.exists(config.throwaway)
}

/** Tells the models and the steps as what they were when their layers were made. */
async function tellLayers(
  building: Building,
  definition: Definition,
  found: readonly Layer[],
  startedAt: number,
): Promise<void> {
  building.layer = found.at(-1)!.key
  const { schema } = await readSchema(building, definition, startedAt, true)
  building.schema = await schema
  for (const [index, step] of building.project.config.steps.entries()) tellRestored(building, step, found[index + 1]!)
}
