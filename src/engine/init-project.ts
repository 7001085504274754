/** A configuration for a project that has none: proposed, written, and tried before anybody relies on it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import { evaluateConfig } from '../config/evaluate-config.ts'
import { importConfig } from '../config/import-config.ts'
import { DevdbError, type Problem } from '../error.ts'
import { type MigrationNaming, nameIn, namingOf } from '../migration/migration-folder.ts'
import { pluralName } from '../model/plural-name.ts'
import type { SharedTable } from '../model/settle-tables.ts'
import { configOf } from '../survey/config-of.ts'
import type { ModelsCandidate } from '../survey/find-models.ts'
import { type InitAnswers, type MetaFound, migrationFolder, type Proposal, proposeConfig } from '../survey/proposal.ts'
import { renderConfig } from '../survey/render-config.ts'
import { callWorker } from '../worker/call-worker.ts'
import { resultOf } from './call-user-code.ts'
import { findMetaTable } from './find-meta-table.ts'
import { findLoader, findRemedy, type Tried } from './find-remedy.ts'
import type { SurveyedProject } from './survey-project.ts'
import type { ProjectTrial } from './try-project.ts'
import { tryConfig, tryModels } from './try-proposal.ts'

/** A configuration that was written. */
export interface InitResult {
  readonly proposal: Proposal
  /** Absolute path. */
  readonly file: string
  readonly config: Config
  readonly trial: ProjectTrial
  /** Tables that several models describe. */
  readonly shared: readonly SharedTable[]
  /** Steps that ran in the build of the throwaway. */
  readonly steps: number
  /** Whether the folder of the migrations was made. */
  readonly hasNewFolder: boolean
}

/** The meta table; where migrations lie in folders of their own, what they are called there shows how the runner names them. */
async function findNames(
  root: string,
  dev: Config['dev'],
  { migrations: { glob, named } }: Proposal,
  files: readonly string[],
): Promise<MetaFound | null> {
  if (glob === null) return findMetaTable(root, dev, files)
  const usual = namingOf({ glob, ...(named === null ? {} : { named }) })
  for (const way of new Set<MigrationNaming>([usual, 'folder', 'path', 'file'])) {
    const names = files.map((path) => nameIn({ glob, named: way }, path))
    const found = await findMetaTable(root, dev, names)
    if (found !== null) return { ...found, named: way }
  }
  return null
}

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
  const meta = await findNames(root, dev, untried, names).catch(() => null)
  const propose = (models: ModelsCandidate): Proposal =>
    proposeConfig(survey, answers, models, meta ?? metaFromText(surveyed, answers))
  const [likeliest, ...others] = candidates
  const file = configFileOf(surveyed)
  const first = await write({ proposal: propose(likeliest!), file, hasNewFolder }, 'wx', signal)
  const loaded: Tried = { ...first, ...(await findLoader(surveyed, first, signal)) }
  const { loader } = loaded.proposal
  const rest = others.map((models) => ({ ...propose(models), loader }))
  const better = await findBetter(surveyed, loaded, rest, signal)
  return better === null ? mend(surveyed, first, loaded, signal) : rewriteConfig(surveyed, first, better, signal)
}

/**
 * Writes a configuration of this run again, with something changed, tries it, and goes on from there.
 * @param surveyed the project
 * @param result what was written
 * @param change what is other now
 * @param signal cancels it
 */
export const rewriteConfig = async (
  surveyed: SurveyedProject,
  result: InitResult,
  change: Partial<Proposal>,
  signal: AbortSignal,
): Promise<InitResult> => {
  const again = await rewrite(result, change, signal)
  return mend(surveyed, again, again, signal)
}

const rewrite = (
  { proposal, file, hasNewFolder }: InitResult,
  change: Partial<Proposal>,
  signal: AbortSignal,
): Promise<InitResult> => write({ proposal: { ...proposal, ...change }, file, hasNewFolder }, 'w', signal)

/**
 * Takes one remedy after another; each says something that was not said before, so that there is an end. What they came to is written then.
 * @param written what is in the file
 * @param tried what is known to be better
 */
async function mend(
  surveyed: SurveyedProject,
  written: InitResult,
  tried: Tried,
  signal: AbortSignal,
): Promise<InitResult> {
  const better = await findRemedy(surveyed, tried, signal)
  if (better !== null) return mend(surveyed, written, { ...tried, ...better }, signal)
  // Steps that failed before may run now.
  return tried.proposal === written.proposal
    ? written
    : rewrite(written, { ...tried.proposal, stepsFault: null }, signal)
}

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
  const { report, trial } = await tryConfig(config, signal)
  const fault = report.problem
  // A configuration that works is worth more than steps that do not.
  if (fault !== null && /^step-/.test(fault.code) && proposal.stepsFault === null)
    return write({ proposal: { ...proposal, stepsFault: oneLine(fault) }, file, hasNewFolder }, 'w', signal)
  const { shared } = report
  return {
    proposal,
    file,
    config,
    trial,
    shared,
    hasNewFolder,
    steps: report.problem === null ? report.steps.length : 0,
  }
}

/** This process keeps what it has imported, so that a file that was written again is read in another one. */
async function loadAgain(file: string, signal: AbortSignal): Promise<Config> {
  const root = dirname(file)
  const silent = (): void => undefined
  const place = { root, cwd: root, env: process.env, signal, timeoutMs: null, emit: silent, onLine: silent }
  return resultOf(await callWorker('load-config', { file }, place))
}

const oneLine = ({ message }: Problem): string => message.slice(0, 80)

function candidatesOf({ survey }: SurveyedProject, { models }: InitAnswers): readonly ModelsCandidate[] {
  return models.length > 0 ? [{ patterns: models, what: 'as you said' }] : survey.models.candidates
}

/** The table that Umzug's storage is told, by its own name or by that of its model. */
function metaFromText({ root, survey }: SurveyedProject, answers: InitAnswers): MetaFound | null {
  const umzug = migrationFolder(survey, answers)?.umzug ?? null
  if (umzug === null || umzug.table !== null || umzug.model === null) return null
  return { table: pluralName(root, umzug.model), column: umzug.column ?? 'name', timestamps: umzug.hasTimestamps }
}

/**
 * Tries other ways to load the models where the first one gives fewer tables than there are files that look like a model.
 * @returns the first that gives as many, else the one that gives most; null where none gives more
 */
async function findBetter(
  { survey }: SurveyedProject,
  { trial, file }: Tried,
  others: readonly Proposal[],
  signal: AbortSignal,
): Promise<Proposal | null> {
  const wanted = Math.max(1, survey.models.files.length)
  let best: Proposal | null = null
  let most = trial.models === null ? 0 : Object.keys(trial.models.tables).length
  for (const proposal of others) {
    if (most >= wanted) break
    const report = await tryModels({ proposal, file }, signal)
    const tables = report.problem === null ? (report.tables ?? 0) : 0
    if (tables > most) [best, most] = [proposal, tables]
  }
  return best
}
