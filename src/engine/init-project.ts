/** A configuration for a project that has none: proposed, written, and tried before anybody relies on it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import { evaluateConfig } from '../config/evaluate-config.ts'
import { importConfig } from '../config/import-config.ts'
import { DevdbError, fromProblem, type Problem, toProblem } from '../error.ts'
import { createStore } from '../event/store.ts'
import { pluralName } from '../model/plural-name.ts'
import type { Schema } from '../schema/schema.ts'
import type { ModelsCandidate } from '../survey/find-models.ts'
import {
  configOf,
  type InitAnswers,
  type MetaFound,
  migrationFolder,
  type Proposal,
  proposeConfig,
} from '../survey/proposal.ts'
import { renderConfig } from '../survey/render-config.ts'
import { callWorker } from '../worker/call-worker.ts'
import { buildThrowaway } from './build-throwaway.ts'
import type { BuildReport } from './building.ts'
import { resultOf } from './call-user-code.ts'
import { findMetaTable } from './find-meta-table.ts'
import { keepNeeds } from './model-needs.ts'
import { openProject, type Project } from './project.ts'
import type { SurveyedProject } from './survey-project.ts'
import { type ProjectTrial, tryProject } from './try-project.ts'
import { withLock } from './with-lock.ts'

/** A configuration that was written. */
export interface InitResult {
  readonly proposal: Proposal
  /** Absolute path. */
  readonly file: string
  readonly config: Config
  readonly trial: ProjectTrial
  /** Steps that ran in the build of the throwaway. */
  readonly steps: number
  /** Whether the folder of the migrations was made. */
  readonly hasNewFolder: boolean
}

/** How long a job waits for another devdb, in milliseconds. */
const lockWaitMs = 60_000

/** Where a configuration goes. */
export const configFileOf = ({ root, survey }: SurveyedProject): string =>
  join(root, `devdb.config${survey.code.ending}`)

/**
 * Proposes a configuration without trying anything: the likeliest models.
 * @param surveyed the project
 * @param answers what was said
 */
export function proposeUntried(surveyed: SurveyedProject, answers: InitAnswers): Proposal {
  const [models] = candidatesOf(surveyed, answers)
  return proposeConfig(surveyed.survey, answers, models!, metaFromText(surveyed, answers))
}

/**
 * Proposes, writes and tries. The throwaway is built; dev is only read.
 * @param surveyed the project
 * @param answers what was said; no question may be open
 * @param signal cancels it
 * @throws DevdbError `usage` when a configuration is there; of the configuration, such as `dev-refused`
 */
export async function initProject(
  surveyed: SurveyedProject,
  answers: InitAnswers,
  signal: AbortSignal,
): Promise<InitResult> {
  const { root, survey } = surveyed
  const untried = proposeUntried(surveyed, answers)
  const hasNewFolder = mkdirSync(join(root, untried.migrations.dir), { recursive: true }) !== undefined
  const candidates = candidatesOf(surveyed, answers)
  const dev = evaluateConfig(configOf(untried), configFileOf(surveyed), []).dev
  const names = migrationFolder(survey, answers)?.files ?? []
  const meta = await findMetaTable(root, dev, names).catch(() => null)
  const propose = (models: ModelsCandidate): Proposal =>
    proposeConfig(survey, answers, models, meta ?? metaFromText(surveyed, answers))
  const [likeliest, ...others] = candidates
  const file = configFileOf(surveyed)
  const first = await write({ proposal: propose(likeliest!), file, hasNewFolder }, 'wx', signal)
  const better = await findBetter(surveyed, first, others.map(propose), signal)
  return better === null ? first : write({ ...first, proposal: better }, 'w', signal)
}

/**
 * Writes a configuration of this run again, with something changed, and tries it.
 * @param result what was written
 * @param change what is other now
 * @param signal cancels it
 */
export const rewriteConfig = (
  { proposal, file, hasNewFolder }: InitResult,
  change: Partial<Proposal>,
  signal: AbortSignal,
): Promise<InitResult> => write({ proposal: { ...proposal, ...change }, file, hasNewFolder }, 'w', signal)

async function write(
  { proposal, file, hasNewFolder }: Pick<InitResult, 'proposal' | 'file' | 'hasNewFolder'>,
  flag: 'w' | 'wx',
  signal: AbortSignal,
): Promise<InitResult> {
  try {
    writeFileSync(file, renderConfig(proposal), { flag })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new DevdbError('usage', `${file} is there already`, { file, hint: 'devdb doctor', cause: error })
  }
  const config = flag === 'wx' ? await importConfig(file) : await loadAgain(file, signal)
  const { report, trial } = await withProject(config, signal, async (project) => {
    const built = await build(project, signal)
    return { report: built, trial: await tryBuilt(project, built, signal) }
  })
  const fault = report.problem
  // A configuration that works is worth more than steps that do not.
  if (fault !== null && /^step-/.test(fault.code) && proposal.stepsFault === null)
    return write({ proposal: { ...proposal, stepsFault: oneLine(fault) }, file, hasNewFolder }, 'w', signal)
  return { proposal, file, config, trial, hasNewFolder, steps: report.problem === null ? report.steps.length : 0 }
}

/** This process keeps what it has imported, so that a file that was written again is read in another one. */
async function loadAgain(file: string, signal: AbortSignal): Promise<Config> {
  const root = dirname(file)
  const silent = (): void => undefined
  const place = { root, cwd: root, env: process.env, signal, timeoutMs: null, emit: silent, onLine: silent }
  return resultOf(await callWorker('load-config', { file }, place))
}

const tryBuilt = (project: Project, built: BuildReport, signal: AbortSignal): Promise<ProjectTrial> =>
  withLock(project, signal, project.store.emit, async () => {
    const trial = await tryProject(project, async () => schemaOf(built), signal)
    if (built.problem === null && trial.differences !== null) keepNeeds(project, trial.differences)
    return trial
  })

function schemaOf({ schema, problem }: BuildReport): Schema {
  if (schema !== null) return schema
  throw problem === null ? new DevdbError('interrupted', 'cancelled') : fromProblem(problem)
}

const oneLine = ({ message }: Problem): string => message.slice(0, 80)

function candidatesOf({ survey }: SurveyedProject, { models }: InitAnswers): readonly ModelsCandidate[] {
  return models.length > 0 ? [{ patterns: models, what: 'as you said' }] : survey.models.candidates
}

/** The table that Umzug's storage is told, by its own name or by that of its model. */
function metaFromText({ root, survey }: SurveyedProject, answers: InitAnswers): MetaFound | null {
  const umzug = migrationFolder(survey, answers)?.umzug ?? null
  if (umzug === null || umzug.table !== null || umzug.model === null) return null
  return { table: pluralName(root, umzug.model), column: umzug.column ?? 'name' }
}

/**
 * Tries other ways to load the models where the first one gives fewer tables than there are files that look like a model.
 * @returns the first that gives as many, else the one that gives most; null where none gives more
 */
async function findBetter(
  { survey }: SurveyedProject,
  { trial, file }: InitResult,
  others: readonly Proposal[],
  signal: AbortSignal,
): Promise<Proposal | null> {
  const wanted = Math.max(1, survey.models.files.length)
  let best: Proposal | null = null
  let most = trial.models === null ? 0 : Object.keys(trial.models.tables).length
  for (const proposal of others) {
    if (most >= wanted) break
    const tables = await tablesOf(evaluateConfig({ ...configOf(proposal), steps: [] }, file, []), signal)
    if (tables > most) [best, most] = [proposal, tables]
  }
  return best
}

/** How many tables the models of a configuration make; none where they do not load. */
async function tablesOf(config: Config, signal: AbortSignal): Promise<number> {
  const report = await withProject(config, signal, (project) => build(project, signal))
  return report.problem === null ? (report.tables ?? 0) : 0
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
