/** The build: a fresh database from the models, filled by the steps, put in the throwaway's place when all of it succeeded. */
import { performance } from 'node:perf_hooks'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import type { Layer } from '../seed/layer-cache.ts'
import { createTables, type Definition, defineModels, readSchema } from './build-schema.ts'
import { type Building, type BuildReport, stepReports, withFrame } from './building.ts'
import { placeFor } from './call-user-code.ts'
import { concludeBuild } from './conclude-build.ts'
import { type DevGuard, guardDev } from './dev-guard.ts'
import { type FileState, fileStates, findStepFiles, fullPath, shownPath } from './inputs.ts'
import { keepSchemaLayer } from './keep-layer.ts'
import { keepLastBuild, readLastBuild } from './last-build.ts'
import { isAnyWritten } from './layer-plan.ts'
import type { Project } from './project.ts'
import { findLayers, restoreDeepest } from './restore-layers.ts'
import { runStep, tellRestored } from './run-step.ts'
import { withLock } from './with-lock.ts'

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

/** A build that was told. */
export interface Built {
  readonly report: BuildReport
  /** Resolves when nothing of it runs or lies about any more: then the next may begin. */
  readonly cleared: Promise<void>
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
  }
  emit('build-started', {
    reason: wish.reason,
    estimateMs: timings.get('build'),
    steps: config.steps.map(({ name }) => name),
  })
  let problem: Problem | null = null
  let isUnchanged = false
  let read: ReadonlyMap<string, FileState> | null = null
  try {
    const known = Object.keys(readLastBuild(config.folder).good?.inputs ?? {})
    const files = [...config.files, ...known.map((path) => fullPath(path, config.root))]
    for (const [path, state] of await fileStates(files)) before.set(path, state)
    await withLock(project, signal, emit, async () => {
      isUnchanged = await build(building, wish)
      // Whoever has the lock next must see what was built.
      read = await inputsOf(building, before)
      keepGood(building, read, isUnchanged, elapsed())
    })
    if (!isUnchanged) timings.set('build', elapsed())
  } catch (error) {
    problem = withFrame(toProblem(error))
  }
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
  return { report, cleared: clearUp(building, !isCancelled) }
}

/** @returns whether there was nothing to build */
async function build(building: Building, wish: BuildWish): Promise<boolean> {
  const { project, signal } = building
  const { config, dialect, pool } = project
  const session = pool.take(placeFor(config, config.build))
  building.session = session
  const guard = await guardFirst(building)
  const startedAt = performance.now()
  try {
    await dialect.prepareScratch(config.build)
    let definition = await defineUntouched(building, wish).finally(() => guard.look('models'))
    const restorable = wish.ignoresLayers === true ? [] : await findLayers(building, definition.key)
    if (wish.keepsUnchanged === true && (await isInPlace(building, restorable))) {
      await tellUnchanged(building, definition, restorable, startedAt)
      return true
    }
    const done = await restoreDeepest(building, restorable)
    if (done === 0) definition = await createTables(building, definition).finally(() => guard.look('models'))
    if (done === 0) await keepSchemaLayer(building, definition, elapsedSince(startedAt))
    const { schema } = await readSchema(building, definition, startedAt, done > 0)
    for (const [index, step] of config.steps.entries()) {
      if (index + 1 < done) tellRestored(building, step, restorable[index + 1]!)
      else await runStep(building, step, guard)
    }
    if (signal.aborted) throw new DevdbError('interrupted', 'cancelled')
    // Whatever its code still had in mind: from here on nothing is written.
    building.closing = session.close()
    await dialect.publish(config.build, config.throwaway, config.folder)
    building.schema = await schema
    return false
  } finally {
    building.closing ??= session.close()
    await guard.close()
  }
}

/** Defines the models, from files that are as they were when the build began: a slow writer's half of a file is nothing to build from. */
async function defineUntouched(building: Building, wish: BuildWish): Promise<Definition> {
  try {
    return await defineModels(building)
  } finally {
    const { files, before, startedAt, signal } = building
    if (wish.givesUp === true && !signal.aborted && (await isAnyWritten(files, before, startedAt))) {
      building.isOutdated = true
      // biome-ignore lint/correctness/noUnsafeFinally: what went wrong with half of a file is of no interest
      throw new DevdbError('interrupted', 'cancelled')
    }
  }
}

/** What must be known before any code runs; the child that waits for it already is ended where it cannot be known. */
async function guardFirst({ project, emit, session }: Building): Promise<DevGuard> {
  const { config, dialect } = project
  try {
    await dialect.checkThrowaway(config.throwaway, config.folder)
    return await guardDev(project, emit)
  } catch (error) {
    await session?.close()
    throw error
  }
}

/**
 * After the build is told: to wait for the disk takes longer than all of it. Without layers the next build takes longer, and no more; what is left
 * of the scratch database the next one removes.
 */
async function clearUp({ project, emit, closing }: Building, keepsLayers: boolean): Promise<void> {
  const { config, dialect, layers } = project
  const { signal } = new AbortController()
  await closing
  await withLock(project, signal, emit, async () => {
    await dialect.removeScratch(config.build)
    if (keepsLayers) await layers.settle()
  }).catch(() => undefined)
}

const elapsedSince = (startedAt: number): number => Math.round(performance.now() - startedAt)

/** Whether the throwaway is what this build would make it. */
async function isInPlace({ project }: Building, found: readonly Layer[]): Promise<boolean> {
  const { config, dialect } = project
  const isWhole = found.length === config.steps.length + 1
  return isWhole && found.at(-1)!.key === readLastBuild(config.folder).good?.layer && dialect.exists(config.throwaway)
}

async function tellUnchanged(
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
  keepLastBuild(config.folder, { good: { at, ms, tables: tables ?? 0, layer, inputs }, problem: null })
}
