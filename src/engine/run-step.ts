/** One step of a build: a command, a seeder or a SQL file, and how it ended. */
import { access } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { environmentFor } from '../config/config.ts'
import { DevdbError, toProblem } from '../error.ts'
import { runCommand, stepTimeout } from '../seed/run-command.ts'
import type { Step } from '../seed/step.ts'
import { type Building, withFrame } from './building.ts'
import { callUserCode, resultOf } from './call-user-code.ts'
import type { DevGuard } from './dev-guard.ts'

/**
 * Runs a step on the scratch database.
 * @param building what is built; learns the step's report and files
 * @param step the step
 * @param guard looks at dev afterwards
 * @throws DevdbError `step-failed`, `step-timeout`, `step-not-found`, `interrupted`
 */
export async function runStep(building: Building, step: Step, guard: DevGuard): Promise<void> {
  const { emit, signal, project } = building
  const startedAt = performance.now()
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  emit('step-started', { step: step.name, estimateMs: project.timings.get(`step ${step.name}`) })
  try {
    await runAnyStep(building, step).finally(() => guard.look(step.name))
  } catch (error) {
    if (!signal.aborted) {
      building.steps.push({ name: step.name, state: 'failed', ms: elapsed(), cached: false })
      emit('step-failed', { step: step.name, ms: elapsed(), problem: withFrame(toProblem(error)) })
    }
    throw error
  }
  project.timings.set(`step ${step.name}`, elapsed())
  building.steps.push({ name: step.name, state: 'done', ms: elapsed(), cached: false })
  emit('step-finished', { step: step.name, ms: elapsed(), cached: false })
}

async function runAnyStep(building: Building, step: Step): Promise<void> {
  const { project, emit, signal } = building
  const { config } = project
  const onLine = (line: string): void => emit('step-output', { step: step.name, line })
  if ('run' in step) {
    const env = { ...environmentFor(config, config.build), ...step.env }
    return runCommand(step, { cwd: config.cwd, env, signal, onLine })
  }
  const operation = 'module' in step ? 'run-seed-module' : 'run-seed-script'
  const file = 'module' in step ? step.module : step.sql
  building.files.add(file)
  await assertStepFile(step.name, file)
  const { timeoutMs, env = {} } = step
  const setting = { target: config.build, signal, timeoutMs, emit, onLine, env }
  const call = await callUserCode(project, operation, { target: config.build, file }, setting)
  for (const path of call.files) building.files.add(path)
  try {
    resultOf<null>(call)
  } catch (error) {
    throw asStepProblem(step, file, error)
  }
}

async function assertStepFile(name: string, file: string): Promise<void> {
  await access(file).catch(() => {
    throw new DevdbError('step-not-found', `step "${name}": there is no file ${file}`, {
      file,
      hint: 'check its path in the configuration',
    })
  })
}

/** The child speaks of models; a step has a name and a file. */
function asStepProblem(step: Step, file: string, error: unknown): unknown {
  if (!(error instanceof DevdbError) || error.code === 'package-missing') return error
  const parts = { hint: 'mend the file, and save', file, ...error.parts, cause: error }
  if (error.code === 'model-timeout') return stepTimeout(step, parts)
  return new DevdbError('step-failed', `step "${step.name}": ${error.message}`, parts)
}
