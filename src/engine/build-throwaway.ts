/** The build: a fresh database from the models, filled by the steps, put in the throwaway's place when all of it succeeded. */
import { performance } from 'node:perf_hooks'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { buildModels } from './build-models.ts'
import { type Building, type BuildReport, type StepReport, withFrame } from './building.ts'
import { guardDev } from './dev-guard.ts'
import { type FileState, fileStates, findStepFiles, fullPath, shownPath } from './inputs.ts'
import { keepLastBuild, readLastBuild } from './last-build.ts'
import type { Project } from './project.ts'
import { runStep } from './run-step.ts'
import { withLock } from './with-lock.ts'

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
    await buildModels(building, guard)
    for (const step of config.steps) await runStep(building, step, guard)
    if (signal.aborted) throw new DevdbError('interrupted', 'cancelled')
    await dialect.publish(config.build, config.throwaway, config.folder)
  } finally {
    await guard.close()
    await dialect.removeScratch(config.build)
  }
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
