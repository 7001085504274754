/** One step of a build: a command, a seeder or a SQL file, and how it ended. */
import { performance } from 'node:perf_hooks'
import { toProblem } from '../error.ts'
import type { Layer } from '../seed/layer-cache.ts'
import type { Step } from '../seed/step.ts'
import { type Building, withFrame } from './building.ts'
import { guarded } from './dev-guard.ts'
import { keepStepLayer } from './keep-layer.ts'
import { runStepCode } from './run-step-code.ts'
import { stepRunner } from './runners.ts'

/**
 * Runs a step on the scratch database, and keeps what it made as a layer.
 * @param building what is built; learns the step's report and files
 * @param step the step
 * @throws DevdbError `step-failed`, `step-timeout`, `step-not-found`, `interrupted`
 */
export async function runStep(building: Building, step: Step): Promise<void> {
  const { emit, signal, project } = building
  const startedAt = performance.now()
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  emit('step-started', { step: step.name, estimateMs: project.timings.get(`step ${step.name}`) })
  let said: string | null = null
  const onLine = (line: string): void => {
    said = line
    emit('step-output', { step: step.name, line })
  }
  try {
    const ran = await guarded(project, stepRunner(step.name), () => runStepCode(building, step, onLine))
    await keepStepLayer(building, step, ran.files, { ms: elapsed(), said })
  } catch (error) {
    if (!signal.aborted) {
      building.steps.push({ name: step.name, state: 'failed', ms: elapsed(), cached: false })
      emit('step-failed', { step: step.name, ms: elapsed(), problem: withFrame(toProblem(error)) })
    }
    throw error
  }
  project.timings.set(`step ${step.name}`, elapsed())
  tell(building, step, elapsed(), false)
}

/** Tells a step whose layer was restored as what it was when it ran. */
export function tellRestored(building: Building, step: Step, { ms, said, files }: Layer): void {
  for (const file of Object.keys(files)) building.files.add(file)
  building.emit('step-started', { step: step.name, estimateMs: null })
  if (said !== null) building.emit('step-output', { step: step.name, line: said })
  tell(building, step, ms, true)
}

function tell({ steps, emit }: Building, { name }: Step, ms: number, cached: boolean): void {
  steps.push({ name, state: 'done', ms, cached })
  emit('step-finished', { step: name, ms, cached })
}
