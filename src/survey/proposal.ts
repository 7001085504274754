/** What the configuration is to say, and what only a person can decide. */
import type { ContextStyle, MigrationNaming } from '../migration/migration-folder.ts'
import { hasOneFileName } from '../migration/migration-glob.ts'
import { usualEnvironment } from './cli-settings.ts'
import type { CodeKind } from './find-code-kind.ts'
import type { DatabaseVariable } from './find-databases.ts'
import { byName, type ScriptFolder } from './find-migrations.ts'
import { type ModelsCandidate, relativePath } from './find-models.ts'
import type { Settings } from './instance-settings.ts'
import { matchOf } from './match-migrations.ts'
import type { Survey } from './survey.ts'

/** A configuration before it is written. */
export interface Proposal {
  readonly code: CodeKind
  readonly models: ModelsCandidate
  /** Names that are left out of the models: they are views. */
  readonly exclude: readonly string[]
  /** A SQL file that makes what no model can say, relative to the root. */
  readonly afterSync: string | null
  /** Said only where tsx will not do. */
  readonly loader: 'typescript' | null
  readonly migrations: {
    readonly dir: string
    /** Which files below `dir` are meant, where some lie in folders of their own. */
    readonly glob: string | null
    /** Said only where it is not what the glob suggests. */
    readonly named: MigrationNaming | null
    readonly match: string | null
    /** Said only where no file tells. */
    readonly call: 'umzug' | 'cli' | null
    readonly context: ContextStyle | null
    readonly table: string | null
    readonly column: string | null
    readonly schema: string | null
    readonly timestamps: boolean
    readonly sort: 'semver' | null
  }
  readonly dev: { readonly url: string; readonly variable: string | null; readonly settings?: Settings }
  /** Variables besides DATABASE_URL from which the application learns of its database. */
  readonly variables: readonly DatabaseVariable[]
  readonly steps: readonly ProposedStep[]
  /** Why the steps are only a comment; null where they run. */
  readonly stepsFault: string | null
  readonly baseline: ProposedBaseline | null
  /** Why the models cannot be synced, so that the throwaway is built from the migrations; null where they can. */
  readonly syncFault: string | null
}

/** A step of the throwaway: a file of the project, or sequelize-cli itself. */
export type ProposedStep =
  | { readonly kind: 'module' | 'sql'; readonly path: string }
  | { readonly kind: 'run'; readonly run: string; readonly inputs: readonly string[] }

/** Where replays start: in the words of the configuration. */
export interface ProposedBaseline {
  readonly kind: 'sql' | 'git' | 'migration'
  /** A path, a commit, or the name of a migration. */
  readonly start: string
}

/** What was said on the command line, or answered. */
export interface InitAnswers {
  readonly models: readonly string[]
  readonly migrations: string | null
  readonly dev: string | null
  /** How the first migration is called. */
  readonly call?: 'umzug' | 'cli' | null
}

/** A question, and the flags of which one answers it. Without options the answer is anybody's. */
export interface InitQuestion {
  readonly id: keyof InitAnswers
  readonly kind: 'choice' | 'text'
  readonly text: string
  /** The flag that answers it, before the answer. */
  readonly flag: string
  readonly options: readonly { readonly text: string; readonly flag: string; readonly answer: string }[]
}

/** What is known of a meta table besides what the text of an Umzug set-up says. */
export interface MetaFound {
  readonly table: string
  readonly column: string
  readonly timestamps: boolean
  /** What the names in it are those of, where migrations lie in folders of their own. */
  readonly named?: MigrationNaming
}

/** How many seeders are named as steps; more would be a list that nobody reads. */
const maxSteps = 12

/** Who runs migrations, as far as the project's own code and packages say it. */
export function runnerOf({ cli, umzug, runners }: Survey, folder: ScriptFolder | null): 'umzug' | 'cli' | null {
  const use = folder?.umzug ?? umzug.find(({ isForSeeders, dir }) => !isForSeeders && dir === null) ?? null
  if (use !== null && (folder?.umzug === use || cli === null))
    return (use.call?.place?.keys.length ?? 1) > 0 ? 'umzug' : 'cli'
  if (runners.umzug !== runners.cli) return runners.umzug ? 'umzug' : 'cli'
  return runners.umzug || cli === null ? null : 'cli'
}

/** The one that is named by more than its own name, or the only one that holds any. */
export function surest(folders: readonly ScriptFolder[]): ScriptFolder | null {
  const [first, ...rest] = folders.filter(({ from }) => from !== byName)
  if (first !== undefined && rest.length === 0) return first
  if (first?.from === '.sequelizerc') return first
  const filled = folders.filter(({ files }) => files.length > 0)
  return filled.length === 1 ? filled[0]! : null
}

/**
 * Makes the proposal; nothing may be open any more.
 * @param survey what the project has
 * @param answers what was said
 * @param models which of the survey's candidates
 * @param meta the meta table that dev really has, or null
 */
export function proposeConfig(
  survey: Survey,
  answers: InitAnswers,
  models: ModelsCandidate,
  meta: MetaFound | null,
): Proposal {
  const folder = migrationFolder(survey, answers)
  const isFirst = (folder?.files.length ?? 0) === 0
  const call = isFirst ? (answers.call ?? runnerOf(survey, folder)) : null
  return {
    code: survey.code,
    models,
    exclude: [],
    afterSync: null,
    loader: null,
    migrations: {
      dir: folder?.dir ?? answers.migrations ?? 'migrations',
      glob: folder?.glob ?? null,
      named: namedOf(folder, meta),
      match: folder === null ? null : matchOf(folder, survey),
      call: call === 'umzug' || answers.call != null ? call : null,
      context: call === 'umzug' ? unless('queryInterface', folder?.umzug?.context ?? null) : null,
      table: unless<string>('SequelizeMeta', meta?.table ?? tableOf(survey, folder)),
      column: unless<string>('name', meta?.column ?? folder?.umzug?.column ?? null),
      schema: survey.cli?.database?.metaSchema ?? null,
      timestamps: meta?.timestamps ?? (folder?.umzug ?? null)?.hasTimestamps ?? isTimedByCli(survey),
      sort: areVersions(folder?.files ?? []) ? 'semver' : null,
    },
    dev: devOf(answers, survey),
    variables: survey.databases.variables.filter(({ name }) => name !== 'DATABASE_URL'),
    steps: stepsOf(survey),
    stepsFault: null,
    baseline: null,
    syncFault: null,
  }
}

/** A database that was named on the command line has the settings of the candidate that it is. */
function devOf({ dev }: InitAnswers, { databases }: Survey): Proposal['dev'] {
  const [first] = databases.candidates
  if (dev === null && first !== undefined) return first
  const { settings } = databases.candidates.find(({ url }) => url === dev) ?? first ?? {}
  return { url: dev ?? '', variable: null, ...(settings === undefined ? {} : { settings }) }
}

const unless = <Word extends string>(usual: Word, found: Word | null): Word | null => (found === usual ? null : found)

const isTimedByCli = ({ cli }: Survey): boolean => cli?.database?.hasMetaTimestamps === true

/** Whether names begin with versions, none of which is a year: `1.9.0-users.js`. */
export const areVersions = (files: readonly string[]): boolean =>
  files.length > 0 && files.every((name) => /^v?\d{1,3}\.\d+(?:\.\d+)*(?:[-_.]|$)/i.test(name))

/** The seeders: each for itself, or all of them by sequelize-cli where that notes which ones ran. */
function stepsOf(survey: Survey): readonly ProposedStep[] {
  const [seeders] = survey.seeders
  if (seeders === undefined) return []
  const { dir, files } = seeders
  if (canCliSeed(survey, seeders)) {
    const environment = survey.cli!.environment ?? usualEnvironment
    const words = ['sequelize-cli db:seed:all', ...(environment === usualEnvironment ? [] : [`--env ${environment}`])]
    return [{ kind: 'run', run: words.join(' '), inputs: [`${dir}/**`] }]
  }
  if (files.length > maxSteps) return []
  return files.map((name) => ({ kind: name.endsWith('.sql') ? 'sql' : 'module', path: `${dir}/${name}` }))
}

/**
 * Whether sequelize-cli can fill the throwaway: a variable tells it which database is meant, for one that stands in its config file would be
 * dev, and it can load the seeders. It requires them, which modules of ES and TypeScript are not made for: lib/core/migrator.js.
 */
function canCliSeed({ cli, databases, isModule }: Survey, { dir, files, umzug }: ScriptFolder): boolean {
  const { database = null, paths } = cli ?? {}
  if (database === null || !database.notesSeeders || databases.cliVariable === null || umzug !== null) return false
  if (dir !== (paths?.seeders ?? 'seeders')) return false
  return files.every((name) => name.endsWith('.cjs') || (name.endsWith('.js') && !isModule))
}

/** The folder that is meant; null where the project has none yet. */
export function migrationFolder({ migrations }: Survey, answers: InitAnswers): ScriptFolder | null {
  if (answers.migrations !== null)
    return migrations.find(({ dir }) => relativePath(dir) === relativePath(answers.migrations!)) ?? null
  return surest(migrations) ?? migrations[0] ?? null
}

/** The name of the meta table where a text says it. */
function tableOf({ cli }: Survey, folder: ScriptFolder | null): string | null {
  return folder?.umzug?.table ?? (folder?.umzug === null ? (cli?.database?.metaTable ?? null) : null)
}

/** Only where it is not what the glob suggests. */
function namedOf(folder: ScriptFolder | null, meta: MetaFound | null): MigrationNaming | null {
  const glob = folder?.glob ?? null
  if (glob === null) return null
  const found = meta?.named ?? folder?.umzug?.named ?? null
  return found === (hasOneFileName(glob) ? 'folder' : 'file') ? null : found
}
