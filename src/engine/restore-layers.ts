/** What of a build has been done before: the layers that still fit, and the deepest of them put in place. */
import type { Layer } from '../seed/layer-cache.ts'
import { type Building, surroundingsOf } from './building.ts'
import { expectedKey } from './layer-plan.ts'

/**
 * The layers that a build would make again, from the schema on, up to the first that is not kept or depends on what nobody knows.
 * @param building what is built
 * @param schemaKey the layer of the models' tables; null where it has no name
 */
export async function findLayers(building: Building, schemaKey: string | null): Promise<readonly Layer[]> {
  const { config, layers } = building.project
  const known = layers.all()
  const found: Layer[] = []
  const steps = [null, ...config.steps]
  for (const step of steps) {
    const parent = found.at(-1)?.key ?? null
    const key = step === null ? schemaKey : await expectedKey(step, parent!, known, surroundingsOf(building.project))
    const layer = key === null ? undefined : known.find((one) => one.key === key)
    if (layer === undefined) break
    found.push(layer)
  }
  return found
}

/**
 * Makes the scratch database what the deepest of the layers is.
 * @param building what is built; learns its layer
 * @param found what `findLayers` gave
 * @returns how many of them are in it: 0 where none could be restored
 */
export async function restoreDeepest(building: Building, found: readonly Layer[]): Promise<number> {
  const { config, layers } = building.project
  const deepest = found.at(-1)
  if (deepest === undefined) return 0
  if (
    !(await layers.restore(
      found.map(({ key }) => key),
      config.build,
    ))
  )
    return 0
  building.layer = deepest.key
  return found.length
}
