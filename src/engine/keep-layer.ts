/** How what a build made is kept as a layer: only where all that it depends on is known. */
import { type Problem, toProblem } from '../error.ts'
import type { Layer, NewLayer } from '../seed/layer-cache.ts'
import type { Step } from '../seed/step.ts'
import { type Building, surroundingsOf } from './building.ts'
import type { Definition } from './definition.ts'
import { contentsDuring, declaredFiles, stepIdentity, stepLayerKey } from './layer-plan.ts'

/** Keeps the tables of the models. */
export async function keepSchemaLayer(building: Building, { key, files }: Definition, ms: number): Promise<void> {
  if (key === null) return
  const layer = { key, parent: null, step: 'schema', files, ms, said: null }
  await keepLayer(building, layer)
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
  await keepLayer(building, { key, parent, step: identity, files, ...how })
}

/** Without it the build goes on, and the next one runs all steps from here on. */
async function keepLayer(building: Building, layer: NewLayer): Promise<void> {
  const { config, layers } = building.project
  try {
    await layers.keep(layer, config.build)
    building.layer = layer.key
  } catch (error) {
    building.emit('warning-raised', { problem: layersNotKept(toProblem(error)) })
  }
}

/** The warning for layers that could not be written. */
export const layersNotKept = (reason: Problem): Problem => ({
  ...reason,
  message: `the result is not cached, so the next build runs every step again: ${reason.message}`,
})
