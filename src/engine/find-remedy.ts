/** What would work where the first proposal does not? Each way out is tried on scratch databases, and taken for what it gave. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { dialectNamed } from '../dialect/find-dialect.ts'
import { isWant } from '../migration/migration-error.ts'
import { bareName, nameIn } from '../migration/migration-folder.ts'
import { openGit } from '../process/git.ts'
import { diff } from '../schema/diff.ts'
import type { Schema } from '../schema/schema.ts'
import { migrationFolder, type Proposal, type ProposedBaseline } from '../survey/proposal.ts'
import type { SurveyedProject } from './survey-project.ts'
import type { ProjectTrial } from './try-project.ts'
import { type Draft, tryMigrations, tryModels } from './try-proposal.ts'

/** A proposal that was tried. */
export interface Tried extends Draft {
  readonly config: Config
  readonly trial: ProjectTrial
}

/** What is other then; its throwaway is not built yet with all that it says. */
type Better = Pick<Tried, 'proposal' | 'trial'>

type Remedy = (surveyed: SurveyedProject, tried: Tried, signal: AbortSignal) => Promise<Better | null>

/**
 * Looks for one thing to say otherwise.
 * @param surveyed the project
 * @param tried what was proposed, and what came of it
 * @param signal cancels it
 * @returns what works, or works better, and what came of it; null where there is no such thing
 */
export async function findRemedy(surveyed: SurveyedProject, tried: Tried, signal: AbortSignal): Promise<Better | null> {
  for (const look of [leaveOutViews, runAfterSync, sortByName, startLater, startFromRevision, buildFromMigrations]) {
    const better = await look(surveyed, tried, signal)
    if (better !== null) return better
  }
  return null
}

/** TypeScript itself, where tsx fails on decorators or makes other tables of them. */
export const findLoader: Remedy = async ({ survey }, tried, signal) => {
  const { config, trial } = tried
  if (!survey.isDecorated) return null
  const better = await changed(tried, { loader: 'typescript' }, signal)
  const { models, modelsProblem } = better.trial
  // With it what is to be installed is said, and afterwards it works.
  if (modelsProblem?.code === 'package-missing')
    return asksForTypes.test(trial.modelsProblem?.message ?? '') ? better : null
  if (models === null) return null
  return trial.models === null || differs(trial.models, models, config) ? better : null
}

/** What comes of other models; the migrations are not replayed again. */
async function changed(
  { proposal, file, trial }: Tried,
  change: Partial<Proposal>,
  signal: AbortSignal,
): Promise<Better> {
  const draft = { proposal: { ...proposal, ...change }, file }
  const { problem, schema } = await tryModels(draft, signal)
  const models = { models: problem === null ? schema : null, modelsProblem: problem }
  if (models.models === null) return { ...draft, trial: { ...trial, ...models } }
  return { ...draft, trial: await tryMigrations(draft, { ...trial, ...models }, signal) }
}

/** What decorators say without metadata, and classes that are not there yet: sequelize-typescript 2, models/column and associations. */
const asksForTypes = /cannot be automatically resolved|reflect-metadata|emitDecoratorMetadata|before initialization/i

const differs = (one: Schema, other: Schema, { dev, root }: Config): boolean =>
  diff(one, other, { rules: dialectNamed(dev.dialect, root).rules, isFromModels: false }).length > 0

/** Models of views: `sync()` makes tables of them, which the migrations know better. */
const leaveOutViews: Remedy = async (_, tried, signal) => {
  const { proposal, trial } = tried
  const views = (trial.replayed?.views ?? []).map(({ name }) => name)
  const exclude = views.filter((name) => name in (trial.models?.tables ?? {}))
  if (exclude.length === 0 || proposal.exclude.length > 0) return null
  const better = await changed(tried, { exclude }, signal)
  return better.trial.modelsProblem === null ? better : null
}

/** A SQL file of the project that makes the triggers and views which the migrations make, too. */
const runAfterSync: Remedy = async ({ survey }, tried, signal) => {
  const wanted = onlyReplayed(tried.trial)
  if (wanted.length === 0 || tried.proposal.afterSync !== null) return null
  for (const { path } of survey.hooks.filter(({ makes }) => makes.some((name) => wanted.includes(name)))) {
    const better = await changed(tried, { afterSync: path }, signal)
    if (better.trial.models !== null && onlyReplayed(better.trial).length < wanted.length) return better
  }
  return null
}

/** Names of triggers and views that the migrations make and the throwaway lacks. */
export function onlyReplayed({ models, replayed }: Pick<ProjectTrial, 'models' | 'replayed'>): readonly string[] {
  if (models === null || replayed === null) return []
  const known = new Set(dependentsOf(models))
  return dependentsOf(replayed).filter((name) => !known.has(name))
}

const dependentsOf = ({ tables, views }: Schema): readonly string[] =>
  [...Object.values(tables).flatMap(({ triggers }) => triggers), ...views].map(({ name }) => name)

/** Names that look like versions, and are none. */
const sortByName: Remedy = async (_, { proposal, file, trial }, signal) => {
  const { migrations } = proposal
  if (!failsFromEmpty(trial) || migrations.sort === null) return null
  const draft = { proposal: { ...proposal, migrations: { ...migrations, sort: null } }, file }
  const again = await tryMigrations(draft, trial, signal)
  return again.replayProblem === null ? { ...draft, trial: again } : null
}

/** Whether another start may help: it does not where a migration lacks what its runner gives it. */
const failsFromEmpty = ({ replayProblem }: ProjectTrial): boolean =>
  replayProblem?.code === 'shadow-failed' && !isWant(replayProblem.hint)

/** What people call a migration that starts new databases. */
const isStart = /squash|baseline|initial|init\b|consolidat|full.?schema|snapshot|collaps|from.?scratch|fresh/i

/** How many migrations are tried as a start. */
const maxStarts = 6

/** A migration in mid-sequence that starts new databases. */
const startLater: Remedy = async ({ root, survey }, { proposal, file, trial }, signal) => {
  if (!failsFromEmpty(trial) || proposal.baseline !== null) return null
  const { dir } = proposal.migrations
  const files = migrationFolder(survey, { models: [], migrations: dir, dev: null })?.files ?? []
  const makesTables = (name: string): boolean =>
    /createTable|CREATE\s+TABLE|\.sync\(|\.sql/i.test(readFileSync(join(root, dir, name), 'utf8'))
  // The latest first: one that starts from empty cannot follow another one.
  const names = files.slice(1).filter(makesTables).reverse()
  const ordered = [...names.filter((name) => isStart.test(name)), ...names.filter((name) => !isStart.test(name))]
  for (const name of ordered.slice(0, maxStarts)) {
    const { glob, named } = proposal.migrations
    const start = bareName(nameIn({ glob, ...(named === null ? {} : { named }) }, name))
    const baseline: ProposedBaseline = { kind: 'migration', start }
    const draft = { proposal: { ...proposal, baseline }, file }
    const again = await tryMigrations(draft, trial, signal)
    if (startsAll(again, isStart.test(name))) return { ...draft, trial: again }
  }
  return null
}

/** Whether nothing is missing in what it makes; a late migration may run on an empty database and start nothing. */
function startsAll({ replayProblem, differences, models }: ProjectTrial, isNamed: boolean): boolean {
  if (replayProblem !== null) return false
  if (differences === null || models === null) return isNamed
  const missing = differences.filter(({ kind }) => kind === 'create-table').length
  return missing === 0 || (isNamed && missing * 2 < Object.keys(models.tables).length)
}

/** The models of the last commit before there were migrations: `sync()` made the first schema. */
const startFromRevision: Remedy = async ({ root }, { proposal, file, trial }, signal) => {
  if (!failsFromEmpty(trial) || proposal.baseline !== null) return null
  const commit = await commitBefore(root, proposal.migrations.dir, signal)
  if (commit === null) return null
  const baseline: ProposedBaseline = { kind: 'git', start: commit }
  const draft = { proposal: { ...proposal, baseline }, file }
  const again = await tryMigrations(draft, trial, signal)
  return startsAll(again, false) ? { ...draft, trial: again } : null
}

/** @returns a short name; null without git, or where migrations were there from the start */
async function commitBefore(root: string, dir: string, signal: AbortSignal): Promise<string | null> {
  try {
    const git = openGit(root, signal, { GIT_LITERAL_PATHSPECS: '1' })
    const added = await git.run('log', '--diff-filter=A', '--format=%H', '--', `${root}/${dir}`)
    const first = added.trim().split('\n').at(-1) ?? ''
    if (first === '') return null
    return (await git.run('rev-parse', '--short=12', '--verify', '--quiet', `${first}^`)).trim()
  } catch (error) {
    if (signal.aborted) throw error
    return null
  }
}

/** The migrations instead of models that `sync()` refuses. */
const buildFromMigrations: Remedy = async (_, tried, signal) => {
  const { proposal, trial } = tried
  const { modelsProblem, replayProblem, migrations } = trial
  if (modelsProblem?.code !== 'schema-failed' || replayProblem !== null || (migrations ?? 0) === 0) return null
  if (proposal.syncFault !== null) return null
  const change = {
    syncFault: modelsProblem.message.replace(/^the database refused the models' schema: /, '').slice(0, 80),
  }
  const better = await changed(tried, change, signal)
  return better.trial.modelsProblem === null ? better : null
}
