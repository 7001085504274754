/** How a step's code runs: in the build's child where that serves, else in one of its own. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { environmentFor } from '../config/config.ts'
import { DevdbError } from '../error.ts'
import { runCommand, stepTimeout } from '../seed/run-command.ts'
import type { ModuleStep, SqlStep, Step } from '../seed/step.ts'
import type { Call } from '../worker/session.ts'
import type { Building } from './building.ts'
import { callUserCode, resultOf } from './call-user-code.ts'
import { fileState } from './inputs.ts'
import { readKept } from './kept-json.ts'
import { stepRunner } from './runners.ts'

/** What a step that came to its end read. */
export interface Ran {
  /** Local files that its code loaded, absolute. */
  readonly files: readonly string[]
}

/**
 * Runs the code of a step.
 * @param building what is built; learns the files
 * @param onLine told each line that it prints
 * @throws DevdbError `step-failed`, `step-timeout`, `step-not-found`, `interrupted`
 */
export async function runStepCode(building: Building, step: Step, onLine: (line: string) => void): Promise<Ran> {
  const { config } = building.project
  if ('run' in step) {
    const env = environmentFor(config, config.build, step.env, step.readsDev)
    await runCommand(step, { cwd: config.cwd, env, signal: building.signal, onLine })
    return { files: [] }
  }
  const file = 'module' in step ? step.module : step.sql
  building.files.add(file)
  await assertStepFile(step.name, file)
  const call = 'module' in step ? await runModule(building, step, onLine) : await runSql(building, step, onLine)
  const files = [...new Set([file, ...call.files])]
  for (const path of files) building.files.add(path)
  try {
    resultOf<null>(call)
  } catch (error) {
    throw asStepProblem(step, file, error)
  }
  return { files }
}

async function runSql(building: Building, step: SqlStep, onLine: (line: string) => void): Promise<Call<null>> {
  const { project, signal, emit, session } = building
  const { hash } = await fileState(step.sql)
  const input = { target: project.config.build, file: step.sql, hash }
  const setting = { signal, timeoutMs: step.timeoutMs, emit, onLine }
  if (session?.isAlive() === true && isShared(step)) return session.call('run-seed-script', input, setting)
  const own = { target: input.target, runner: stepRunner(step.name), ...ownOf(step), ...setting }
  return callUserCode(project, 'run-seed-script', input, own)
}

/**
 * Where a seeder runs. `joined`: in the build's child, in one transaction. `plain`: there, without one, because it opens connections of its own.
 * `alone`: in a child of its own, because nothing else served.
 */
type Mode = 'joined' | 'plain' | 'alone'

async function runModule(building: Building, step: ModuleStep, onLine: (line: string) => void): Promise<Call<null>> {
  const { project, session, signal, emit, layer } = building
  const known = modeOf(building, step)
  // What it did without a transaction is taken back by restoring the layer before it.
  const canTry = session?.isAlive() === true && isShared(step) && (known === 'joined' || layer !== null)
  if (known === 'alone' || !canTry) return runAlone(building, step, onLine)
  const setting = { signal, timeoutMs: step.timeoutMs, emit, onLine }
  const input = { target: project.config.build, file: step.module, isJoined: known === 'joined' }
  const call = await session.call('run-seed-module', input, setting)
  const isOver = 'result' in call.outcome || !isWorthTryingAlone(call.outcome.problem.code)
  if (isOver) return { ...call, files: [...call.files, ...session.filesOf(step.module)] }
  const isConnecting = 'problem' in call.outcome && call.outcome.problem.code === 'step-connects'
  // Where that cannot be taken back, it must not be done twice.
  if (known === 'plain' && !(await project.layers.restore([layer!], project.config.build))) return call
  const again = await runAlone(building, step, onLine)
  if ('result' in again.outcome) rememberMode(building, step, isConnecting ? 'plain' : 'alone')
  return again
}

async function runAlone(building: Building, step: ModuleStep, onLine: (line: string) => void): Promise<Call<null>> {
  const { project, signal, emit } = building
  const input = { target: project.config.build, file: step.module, isJoined: false }
  const own = { target: input.target, runner: stepRunner(step.name), ...ownOf(step) }
  const setting = { ...own, signal, timeoutMs: step.timeoutMs, emit, onLine }
  return callUserCode(project, 'run-seed-module', input, setting)
}

/** Whether a step runs in the environment of the whole build. */
const isShared = ({ env, readsDev }: Step): boolean => env === undefined && readsDev !== true

const ownOf = ({ env = {}, readsDev = false }: Step) => ({ env, readsDev })

/** Twice the time for the same is too long, and a file that cannot be read is as bad in another process. */
const isWorthTryingAlone = (code: string): boolean =>
  code === 'step-connects' || code === 'step-failed' || code === 'worker-died' || code === 'model-exit'

const modesFile = ({ project }: Building): string => join(project.config.folder, 'step-modes.json')

function modeOf(building: Building, step: ModuleStep): Mode {
  const mode = readKept<Record<string, Mode>>(modesFile(building), {})[step.module]
  return mode === 'plain' || mode === 'alone' ? mode : 'joined'
}

function rememberMode(building: Building, step: ModuleStep, mode: Mode): void {
  building.project.keep(modesFile(building), { ...readKept(modesFile(building), {}), [step.module]: mode })
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
