/** How what a build made is kept as a layer: only where all that it depends on is known. */
import type { Layer } from '../seed/layer-cache.ts'
import type { Step } from '../seed/step.ts'
import { type Building, surroundingsOf } from './building.ts'
import type { Definition } from './definition.ts'
import { contentsDuring, declaredFiles, stepIdentity, stepLayerKey } from './layer-plan.ts'

/** Keeps the tables of the models. */
export async function keepSchemaLayer(building: Building, { key, files }: Definition, ms: number): Promise<void> {
  if (key === null) return
  const layer = { key, parent: null, step: 'schema', files, ms, said: null }
  await building.project.layers.keep(layer, building.project.config.build)
  building.layer = key
}

/**
 * Keeps what a step made. Without a name from here on, where it may have read anything or a file was written meanwhile.
 * @param loaded the files that its code loaded
 * @param how what it is told as when it is restored
 */
export async function keepStepLayer(
  building: Building,
  step: Step,
  loaded: readonly string[],
  how: Pick<Layer, 'ms' | 'said'>,
): Promise<void> {
  const { project, layer: parent, before, startedAt } = building
  building.layer = null
  const declared = await declaredFiles(step, project.config.root)
  if (parent === null || declared === null) return
  const files = await contentsDuring([...declared, ...loaded], before, startedAt)
  if (files === null) return
  const identity = stepIdentity(step, surroundingsOf(project))
  const key = stepLayerKey(parent, identity, files)
  await project.layers.keep({ key, parent, step: identity, files, ...how }, project.config.build)
  building.layer = key
}
