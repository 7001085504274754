/** Would a configuration that is not written yet work? It is tried as if it were there; dev is only read. */
import type { Config } from '../config/config.ts'
import { evaluateConfig } from '../config/evaluate-config.ts'
import { DevdbError, fromProblem, type Problem, toProblem } from '../error.ts'
import { createStore } from '../event/store.ts'
import type { Schema } from '../schema/schema.ts'
import { configOf } from '../survey/config-of.ts'
import type { Proposal } from '../survey/proposal.ts'
import { buildThrowaway } from './build-throwaway.ts'
import type { BuildReport } from './building.ts'
import { keepNeeds } from './model-needs.ts'
import { openProject, type Project } from './project.ts'
import { type ProjectTrial, tryProject } from './try-project.ts'
import { withLock } from './with-lock.ts'

/** A proposal, and where it would be written: absolute. */
export interface Draft {
  readonly proposal: Proposal
  readonly file: string
}

/** How long a job waits for another devdb, in milliseconds. */
const lockWaitMs = 60_000

/**
 * Builds the throwaway of a configuration, and tries its migrations.
 * @throws DevdbError `interrupted`; of the configuration
 */
export const tryConfig = (
  config: Config,
  signal: AbortSignal,
): Promise<{ readonly report: BuildReport; readonly trial: ProjectTrial }> =>
  withProject(config, signal, async (project) => {
    const report = await build(project, signal)
    const trial = await withLock(project, signal, project.store.emit, async () => {
      const tried = await tryProject(project, async () => schemaOf(report), signal)
      if (report.problem === null && tried.differences !== null) keepNeeds(project, tried.differences)
      return tried
    })
    return { report, trial }
  })

/** Builds the throwaway of a proposal, without its steps: how it ended. */
export const tryModels = ({ proposal, file }: Draft, signal: AbortSignal): Promise<BuildReport> =>
  withProject(evaluateConfig({ ...configOf(proposal), steps: [] }, file, []), signal, (project) =>
    build(project, signal),
  )

/** Replays the migrations of a proposal, and compares them with models that are known. */
export const tryMigrations = (
  { proposal, file }: Draft,
  { models, modelsProblem }: ProjectTrial,
  signal: AbortSignal,
): Promise<ProjectTrial> =>
  withProject(evaluateConfig(configOf(proposal), file, []), signal, (project) =>
    withLock(project, signal, project.store.emit, () =>
      tryProject(project, async () => models ?? notBuilt(modelsProblem), signal),
    ),
  )

const schemaOf = ({ schema, problem }: BuildReport): Schema => schema ?? notBuilt(problem)

function notBuilt(problem: Problem | null): never {
  throw problem === null ? new DevdbError('interrupted', 'cancelled') : fromProblem(problem)
}

async function build(project: Project, signal: AbortSignal): Promise<BuildReport> {
  const { report, cleared } = await buildThrowaway(project, { reason: 'init' }, project.store.emit, signal)
  await cleared
  if (signal.aborted) throw new DevdbError('interrupted', 'cancelled')
  return report
}

async function withProject<Result>(
  config: Config,
  signal: AbortSignal,
  work: (project: Project) => Promise<Result>,
): Promise<Result> {
  const project = openProject(config, createStore(), 'devdb init', lockWaitMs)
  try {
    return await work(project)
  } catch (error) {
    throw signal.aborted ? fromProblem({ ...toProblem(error), code: 'interrupted' }) : error
  } finally {
    await project.pool.close()
  }
}
