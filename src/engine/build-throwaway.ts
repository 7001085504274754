/** The build: a fresh database from the models, filled by the steps, put in the throwaway's place when all of it succeeded. */
import { access } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { environmentFor } from '../config/config.ts'
import { DevdbError, fromProblem, type Problem, toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import type { Schema } from '../schema/schema.ts'
import { runCommand, stepTimeout } from '../seed/run-command.ts'
import type { Step } from '../seed/step.ts'
import { type CallSetting, callWorker } from '../worker/call-worker.ts'
import { codeFrame } from '../worker/place-of.ts'
import { type DevGuard, guardDev } from './dev-guard.ts'
import { type FileState, fileStates, findModelFiles, findStepFiles, fullPath, shownPath } from './inputs.ts'
import { keepLastBuild, readLastBuild } from './last-build.ts'
import type { Project } from './project.ts'
import { withLock } from './with-lock.ts'

/** How one step ended. */
export interface StepReport {
  readonly name: string
  readonly state: 'done' | 'failed' | 'skipped'
  readonly ms: number | null
  readonly cached: boolean
}

/** How a build ended. */
export interface BuildReport {
  readonly url: string
  readonly tables: number | null
  readonly ms: number
  readonly steps: readonly StepReport[]
  /** Null when it succeeded. */
  readonly problem: Problem | null
  readonly isCancelled: boolean
  /** What the models say; null when they did not come to it. */
  readonly schema: Schema | null
  /** The files it was made of, as they were when it began: what is to be watched. */
  readonly inputs: ReadonlyMap<string, FileState>
}

/** What a build knows while it runs. */
interface Building {
  readonly project: Project
  readonly emit: Emit
  readonly signal: AbortSignal
  readonly files: Set<string>
  readonly steps: StepReport[]
  tables: number | null
  schema: Schema | null
}

/**
 * Builds the throwaway.
 * @param project the project
 * @param reason why, in a few words
 * @param emit where its events go
 * @param signal cancels it: its children are ended with all they started
 * @returns how it ended; never rejects for what user code did
 */
export async function buildThrowaway(
  project: Project,
  reason: string,
  emit: Emit,
  signal: AbortSignal,
): Promise<BuildReport> {
  const { config, timings } = project
  const startedAt = performance.now()
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  const building: Building = {
    project,
    emit,
    signal,
    files: new Set(config.files),
    steps: [],
    tables: null,
    schema: null,
  }
  emit('build-started', { reason, estimateMs: timings.get('build'), steps: config.steps.map(({ name }) => name) })
  let before: ReadonlyMap<string, FileState> = new Map()
  let problem: Problem | null = null
  try {
    before = await fileStates([
      ...config.files,
      ...Object.keys(readLastBuild(config.folder).good?.inputs ?? {}).map((path) => fullPath(path, config.root)),
    ])
    await withLock(project, signal, emit, () => build(building))
    timings.set('build', elapsed())
  } catch (error) {
    problem = withFrame(toProblem(error))
  }
  const isCancelled = signal.aborted
  const inputs = await inputsOf(building, before)
  const report = {
    url: config.throwaway.url,
    tables: building.tables,
    schema: building.schema,
    ms: elapsed(),
    steps: withSkipped(building),
    problem,
    isCancelled,
    inputs,
  }
  conclude(project, report, emit)
  return report
}

async function build(building: Building): Promise<void> {
  const { project, emit, signal } = building
  const { config, dialect } = project
  await dialect.checkThrowaway(config.throwaway, config.folder)
  const guard = await guardDev(project, emit)
  try {
    await dialect.prepareScratch(config.build)
    await buildSchema(building, guard)
    for (const step of config.steps) await runStep(building, step, guard)
    if (signal.aborted) throw new DevdbError('interrupted', 'cancelled')
    await dialect.publish(config.build, config.throwaway, config.folder)
  } finally {
    await guard.close()
    await dialect.removeScratch(config.build)
  }
}

async function buildSchema(building: Building, guard: DevGuard): Promise<void> {
  const { project, emit } = building
  const { config, dialect, timings } = project
  const startedAt = performance.now()
  emit('schema-started', { estimateMs: timings.get('schema') })
  const files = await findModelFiles(config)
  for (const file of files) building.files.add(file)
  try {
    await callUserCode(building, 'build-schema', { target: config.build, files }, config.models.timeoutMs, (line) =>
      emit('output-captured', { source: 'models', line }),
    )
  } finally {
    await guard.look('models')
  }
  // Before the steps: what they make is none of the models'.
  building.schema = await dialect.introspect(config.build, config.migrations.meta)
  building.tables = await dialect.countTables(config.build)
  const ms = Math.round(performance.now() - startedAt)
  timings.set('schema', ms)
  emit('schema-built', { tables: building.tables, ms })
}

async function runStep(building: Building, step: Step, guard: DevGuard): Promise<void> {
  const { emit, signal, project } = building
  const startedAt = performance.now()
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  emit('step-started', { step: step.name, estimateMs: project.timings.get(`step ${step.name}`) })
  try {
    await runAnyStep(building, step).finally(() => guard.look(step.name))
  } catch (error) {
    if (!signal.aborted) {
      const problem = withFrame(toProblem(error))
      building.steps.push({ name: step.name, state: 'failed', ms: elapsed(), cached: false })
      emit('step-failed', { step: step.name, ms: elapsed(), problem })
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
  const env = { ...environmentFor(config, config.build), ...step.env }
  if ('run' in step) return runCommand(step, { cwd: config.cwd, env, signal, onLine })
  const operation = 'module' in step ? 'run-seed-module' : 'run-seed-script'
  const file = 'module' in step ? step.module : step.sql
  building.files.add(file)
  await assertStepFile(step.name, file)
  try {
    await callUserCode(building, operation, { target: config.build, file }, step.timeoutMs, onLine, step.env)
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
  if (!(error instanceof DevdbError) || error.code === 'interrupted' || error.code === 'package-missing') return error
  const parts = { hint: 'mend the file, and save', file, ...error.parts, cause: error }
  if (error.code === 'model-timeout') return stepTimeout(step, parts)
  return new DevdbError('step-failed', `step "${step.name}": ${error.message}`, parts)
}

type UserCode = 'build-schema' | 'run-seed-module' | 'run-seed-script'

async function callUserCode(
  { project, emit, signal, files }: Building,
  operation: UserCode,
  input:
    | { readonly target: Project['config']['build']; readonly file: string; readonly files: readonly string[] }
    | Record<string, unknown>,
  timeoutMs: number,
  onLine: (line: string) => void,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { config } = project
  const setting: CallSetting = {
    root: config.root,
    cwd: config.cwd,
    env: { ...environmentFor(config, config.build), ...env },
    signal,
    timeoutMs,
    emit,
    onLine,
  }
  const call = await callWorker(operation, input as never, setting)
  for (const file of call.files) files.add(file)
  if ('problem' in call.outcome) throw fromProblem(call.outcome.problem)
}

/** Files are hashed before the build where they were known, so that a save during the build is noticed after it. */
async function inputsOf(
  building: Building,
  before: ReadonlyMap<string, FileState>,
): Promise<ReadonlyMap<string, FileState>> {
  for (const file of await findStepFiles(building.project.config).catch(() => [])) building.files.add(file)
  const unknown = [...building.files].filter((file) => !before.has(file))
  const after = await fileStates(unknown)
  return new Map([...building.files].map((file) => [file, before.get(file) ?? after.get(file)!]))
}

function withSkipped({ project, steps }: Building): readonly StepReport[] {
  const skipped = project.config.steps.slice(steps.length)
  return [...steps, ...skipped.map(({ name }): StepReport => ({ name, state: 'skipped', ms: null, cached: false }))]
}

function conclude({ config, timings }: Project, report: BuildReport, emit: Emit): void {
  const { problem, ms, tables, isCancelled, inputs } = report
  const { good } = readLastBuild(config.folder)
  if (isCancelled) {
    emit('build-cancelled', { ms })
  } else if (problem === null) {
    const hashes = Object.fromEntries([...inputs].map(([path, { hash }]) => [shownPath(path, config.root), hash]))
    keepLastBuild(config.folder, { good: { at: Date.now(), ms, tables: tables ?? 0, inputs: hashes }, problem: null })
    timings.save()
    emit('build-finished', { url: config.throwaway.label, tables: tables ?? 0, ms })
  } else {
    keepLastBuild(config.folder, { good, problem })
    for (const { name, state } of report.steps) if (state === 'skipped') emit('step-skipped', { step: name })
    emit('build-failed', { problem, ms, stale: good !== null })
  }
}

const withFrame = (problem: Problem): Problem => {
  if (problem.frame !== undefined || problem.file === undefined || problem.line === undefined) return problem
  const frame = codeFrame(problem.file, problem.line)
  return frame === null ? problem : { ...problem, frame }
}
