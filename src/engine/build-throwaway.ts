/** The build: a fresh database from the models, filled by the steps, put in the throwaway's place when all of it succeeded. */
import { performance } from 'node:perf_hooks'
import { type Problem, toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { type Building, type BuildReport, stepReports, withFrame } from './building.ts'
import { concludeBuild } from './conclude-build.ts'
import { type BuildWish, fillThrowaway, type Way } from './fill-throwaway.ts'
import { type FileState, fileStates, findStepFiles, fullPath, shownPath } from './inputs.ts'
import { layersNotKept } from './keep-layer.ts'
import { keepModels } from './known-models.ts'
import { keepLastBuild, readLastBuild } from './last-build.ts'
import type { Project } from './project.ts'
import { verifyModels } from './verify-models.ts'
import { withLock } from './with-lock.ts'

/** A build that was told. */
export interface Built {
  readonly report: BuildReport
  /** Resolves when nothing of it runs or lies about any more: then the next may begin. */
  readonly cleared: Promise<void>
  /**
   * Where the models were taken for what they were, because their files are what they were: loads them, and tells whether they are. Only when all
   * is cleared.
   */
  readonly verify: ((signal: AbortSignal) => Promise<boolean>) | null
}

/**
 * Builds the throwaway.
 * @param project the project
 * @param wish why
 * @param emit where its events go
 * @param signal cancels it: its children are ended with all they started
 * @returns how it ended, when that was told; never rejects for what user code did
 */
export async function buildThrowaway(
  project: Project,
  wish: BuildWish,
  emit: Emit,
  signal: AbortSignal,
): Promise<Built> {
  const { config, timings } = project
  const startedAt = performance.now()
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  const before = new Map<string, FileState>()
  const building: Building = {
    project,
    emit,
    signal,
    startedAt: Date.now(),
    before,
    session: null,
    closing: null,
    isOutdated: false,
    layer: null,
    files: new Set(config.files),
    steps: [],
    tables: null,
    shared: [],
    schema: null,
    models: null,
  }
  emit('build-started', {
    reason: wish.reason,
    estimateMs: timings.get('build'),
    steps: config.steps.map(({ name }) => name),
  })
  let problem: Problem | null = null
  let way: Way = { isUnchanged: false, taken: null }
  let read: ReadonlyMap<string, FileState> | null = null
  try {
    const inputs = Object.keys(readLastBuild(config.folder).good?.inputs ?? {})
    const files = [...config.files, ...inputs.map((path) => fullPath(path, config.root))]
    for (const [path, state] of await fileStates(files)) before.set(path, state)
    await withLock(project, signal, emit, async () => {
      way = await fillThrowaway(building, wish)
      // Whoever has the lock next must see what was built.
      read = await inputsOf(building, before)
      keepGood(building, read, way.isUnchanged, elapsed())
    })
    if (!way.isUnchanged) timings.set('build', elapsed())
  } catch (error) {
    problem = withFrame(toProblem(error))
  }
  const { isUnchanged, taken } = way
  const isCancelled = signal.aborted || building.isOutdated
  const inputs = read ?? (await inputsOf(building, before))
  const report = {
    url: config.throwaway.url,
    tables: building.tables,
    shared: building.shared,
    schema: building.schema,
    ms: elapsed(),
    steps: stepReports(building),
    problem,
    isCancelled,
    isOutdated: building.isOutdated,
    isUnchanged,
    inputs,
  }
  concludeBuild(building, report)
  return {
    report,
    cleared: clearUp(building, report),
    verify: taken === null ? null : (stop) => verifyModels(building, taken, stop),
  }
}

/**
 * After the build is told: to wait for the disk takes longer than all of it. Without layers the next build takes longer, and no more; what is left
 * of the scratch database the next one removes.
 */
async function clearUp(building: Building, report: BuildReport): Promise<void> {
  const keepsLayers = !report.isCancelled
  const { project, emit, closing } = building
  const { config, dialect, layers } = project
  const { signal } = new AbortController()
  try {
    await closing
    await withLock(project, signal, emit, async () => {
      await dialect.removeScratch(config.build)
      if (keepsLayers) await layers.settle()
    })
  } catch (error) {
    const reason = toProblem(error)
    if (report.problem === null && reason.code !== 'locked') emit('warning-raised', { problem: layersNotKept(reason) })
  }
  if (keepsLayers) await keepModels(building).catch(() => undefined)
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

function keepGood(
  { project, layer, tables }: Building,
  files: ReadonlyMap<string, FileState>,
  isUnchanged: boolean,
  ms: number,
): void {
  const { config } = project
  const { good } = readLastBuild(config.folder)
  const inputs = Object.fromEntries([...files].map(([path, { hash }]) => [shownPath(path, config.root), hash]))
  const at = isUnchanged ? (good?.at ?? Date.now()) : Date.now()
  keepLastBuild(project, { good: { at, ms, tables: tables ?? 0, layer, inputs }, problem: null })
}
