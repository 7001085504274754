/** What the configuration is to say, and what only a person can decide. */
import type { UserConfig } from '../config/user-config.ts'
import type { ContextStyle } from '../migration/migration-folder.ts'
import type { CodeKind } from './find-code-kind.ts'
import type { DatabaseVariable } from './find-databases.ts'
import { byName, type ScriptFolder } from './find-migrations.ts'
import { type ModelsCandidate, relativePath } from './find-models.ts'
import { isCode } from './listing.ts'
import type { Survey } from './survey.ts'

/** A configuration before it is written. */
export interface Proposal {
  readonly code: CodeKind
  readonly models: ModelsCandidate
  readonly migrations: {
    readonly dir: string
    readonly match: string | null
    /** Said only where no file tells. */
    readonly call: 'umzug' | 'cli' | null
    readonly context: ContextStyle | null
    readonly table: string | null
    readonly column: string | null
    readonly schema: string | null
  }
  readonly dev: { readonly url: string; readonly variable: string | null }
  /** Variables besides DATABASE_URL from which the application learns of its database. */
  readonly variables: readonly DatabaseVariable[]
  readonly steps: readonly { readonly kind: 'module' | 'sql'; readonly path: string }[]
  /** Why the steps are only a comment; null where they run. */
  readonly stepsFault: string | null
  readonly baseline: string | null
}

/** What was said on the command line, or answered. */
export interface InitAnswers {
  readonly models: readonly string[]
  readonly migrations: string | null
  readonly dev: string | null
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
}

/** How many seeders are named as steps; more would be a list that nobody reads. */
const maxSteps = 12

/**
 * What must be asked.
 * @param survey what the project has
 * @param answers what was said already
 * @param newDev the setting of a database that is to be made
 */
export function openQuestions(survey: Survey, answers: InitAnswers, newDev: string): readonly InitQuestion[] {
  return [
    ...(answers.models.length > 0 || survey.models.candidates.length > 0 ? [] : [modelsQuestion]),
    ...migrationsQuestion(survey, answers),
    ...devQuestion(survey, answers, newDev),
  ]
}

const modelsQuestion: InitQuestion = {
  id: 'models',
  kind: 'text',
  text: 'no models were found: which file gathers them, or which glob names them?',
  flag: '--models',
  options: [],
}

function migrationsQuestion({ migrations }: Survey, answers: InitAnswers): readonly InitQuestion[] {
  if (answers.migrations !== null || migrations.length < 2 || surest(migrations) !== null) return []
  const options = migrations.map(({ dir, files, from }) => ({
    text: `${dir}: ${files.length} files, by ${from}`,
    flag: `--migrations ${dir}`,
    answer: dir,
  }))
  const text = 'more than one folder could hold the migrations of dev: which one?'
  return [{ id: 'migrations', kind: 'choice', text, flag: '--migrations', options }]
}

/** The one that is named by more than its own name, or the only one that holds any. */
function surest(folders: readonly ScriptFolder[]): ScriptFolder | null {
  const [first, ...rest] = folders.filter(({ from }) => from !== byName)
  if (first !== undefined && rest.length === 0) return first
  if (first?.from === '.sequelizerc') return first
  const filled = folders.filter(({ files }) => files.length > 0)
  return filled.length === 1 ? filled[0]! : null
}

function devQuestion({ databases }: Survey, answers: InitAnswers, newDev: string): readonly InitQuestion[] {
  if (answers.dev !== null) return []
  const named = databases.candidates.filter(({ from }) => from !== 'the file')
  // What lies about may be anything; what the application itself names is meant.
  if (named.length === 1 || (named.length > 1 && named[0]?.from.includes(' in '))) return []
  const offered = [...databases.candidates.map(({ url, from }) => ({ url, from })), { url: newDev, from: 'a new one' }]
  const options = offered.map(({ url, from }) => ({ text: `${url}, ${from}`, flag: `--dev ${url}`, answer: url }))
  const why =
    named.length > 1
      ? 'the project names more than one database'
      : databases.refused.length > 0
        ? `devdb cannot use what the project names (${databases.refused.join('; ')})`
        : 'nothing names a database that devdb can open'
  return [{ id: 'dev', kind: 'choice', text: `${why}: which one is dev?`, flag: '--dev', options }]
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
  const isFirst = folder !== null && folder.files.length === 0 && folder.umzug !== null
  const [dev] = survey.databases.candidates
  const seeders = survey.seeders[0]
  const files = seeders === undefined || seeders.files.length > maxSteps ? [] : seeders.files
  return {
    code: survey.code,
    models,
    migrations: {
      dir: folder?.dir ?? answers.migrations ?? 'migrations',
      match: folder === null ? null : matchOf(folder),
      call: isFirst ? 'umzug' : null,
      context: isFirst ? unless('queryInterface', folder.umzug?.context ?? null) : null,
      table: unless<string>('SequelizeMeta', meta?.table ?? tableOf(survey, folder)),
      column: unless<string>('name', meta?.column ?? folder?.umzug?.column ?? null),
      schema: survey.cli?.database?.metaSchema ?? null,
    },
    dev: answers.dev === null && dev !== undefined ? dev : { url: answers.dev ?? '', variable: null },
    variables: survey.databases.variables.filter(({ name }) => name !== 'DATABASE_URL'),
    steps: files.map((name) => ({ kind: name.endsWith('.sql') ? 'sql' : 'module', path: `${seeders!.dir}/${name}` })),
    stepsFault: null,
    baseline: null,
  }
}

const unless = <Word extends string>(usual: Word, found: Word | null): Word | null => (found === usual ? null : found)

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

/** Only where other files lie between the migrations. */
function matchOf({ files, strangers, umzug }: ScriptFolder): string | null {
  const endings = umzug?.endings ?? []
  const isOther = (name: string): boolean => !endings.some((ending) => name.endsWith(ending))
  // The first draft must be one that the set-up finds.
  if (endings.length > 0 && (files.length === 0 ? isOther('.js') : files.some(isOther)))
    return `(?:${endings.map((ending) => ending.replaceAll('.', '\\.')).join('|')})$`.replace(
      /^\(\?:([^|]*)\)\$$/,
      '$1$',
    )
  const dated = files.filter((name) => /^\d/.test(name))
  const others = files.filter((name) => !/^\d/.test(name) && isCode(name))
  const areStrange = others.every((name) => strangers.includes(name))
  return others.length > 0 && (dated.length > others.length || (dated.length > 0 && areStrange)) ? '^\\d' : null
}

/**
 * The same as an object, for trying it before it is written.
 * @param proposal what is to be written
 */
export function configOf({ models, migrations, dev, variables, steps, stepsFault, baseline }: Proposal): UserConfig {
  const { dir, match, call, context, table, column, schema } = migrations
  const meta = { ...ifSaid('table', table), ...ifSaid('column', column), ...ifSaid('schema', schema) }
  return {
    models: models.patterns.length === 1 ? models.patterns[0]! : models.patterns,
    migrations: { dir, ...ifSaid('match', match), ...ifSaid('call', call), ...ifSaid('context', context), meta },
    dev: dev.url,
    ...(variables.length === 0
      ? {}
      : {
          env: ({ url, storage }) =>
            Object.fromEntries(variables.map(({ name, holds }) => [name, holds === 'url' ? url : storage])),
        }),
    ...(steps.length === 0 || stepsFault !== null
      ? {}
      : { steps: steps.map(({ kind, path }) => (kind === 'sql' ? { sql: path } : { module: path })) }),
    ...ifSaid('baseline', baseline),
  }
}

const ifSaid = <Key extends string, Value>(key: Key, value: Value | null) =>
  (value === null ? {} : { [key]: value }) as { readonly [Name in Key]?: Value }
