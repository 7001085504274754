/** What was found, and what was not, in words. */
import type { ScriptFolder } from './find-migrations.ts'
import { countMigrations } from './match-migrations.ts'
import type { InitAnswers, Proposal, ProposedBaseline } from './proposal.ts'
import type { Survey } from './survey.ts'

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

const signatures = { umzug: 'up({ context })', cli: 'up(queryInterface, Sequelize)', sql: 'SQL' } as const

/**
 * What was found, a line each.
 * @param survey the project
 * @param proposal what became of it
 * @param installer the name of the package manager
 */
export function describeFound(survey: Survey, proposal: Proposal, installer: string): readonly string[] {
  const { code, cli, umzug } = survey
  const { models, migrations, dev, variables } = proposal
  const folder = survey.migrations.find(({ dir }) => dir === migrations.dir) ?? null
  const from = survey.databases.candidates.find(({ url }) => url === dev.url)?.from
  const language = code.isTypeScript ? 'TypeScript' : `JavaScript, ${code.module === 'esm' ? 'ES modules' : 'CommonJS'}`
  const settings = cli === null ? [] : [cli.rcFile, cli.configFile].filter((file) => file !== null)
  return [
    `${language}; ${installer}`,
    ...(settings.length === 0
      ? []
      : [`sequelize-cli: ${settings.join(', ')}${cli?.environment == null ? '' : ` (${cli.environment})`}`]),
    ...new Set(
      umzug.map(
        ({ file, dir, isForSeeders }) =>
          `Umzug: ${file}${dir === null ? '' : `, for ${isForSeeders ? 'seeders' : 'migrations'} in ${dir}`}`,
      ),
    ),
    `models: ${models.patterns.join(', ')} (${models.what})`,
    ...describeTried(proposal),
    ...(folder === null ? [] : [folderLine('migrations', folder, migrations)]),
    `dev: ${dev.variable === null ? dev.url : `$${dev.variable}`}${from === undefined ? '' : ` (${from})`}`,
    ...variables.map(({ name }) => `${name} tells your code its database: it is set wherever devdb runs your code`),
    ...stepLines(proposal),
  ]
}

/** What only trying showed. */
function describeTried({ loader, exclude, afterSync, baseline, syncFault, migrations }: Proposal): readonly string[] {
  return [
    ...(loader === null ? [] : ["decorators that ask for TypeScript's own types, which tsx does not write: loader"]),
    ...exclude.map((name) => `${name} is a view that the migrations make: its model is left out`),
    ...(afterSync === null ? [] : [`${afterSync} makes what no model can say: it runs after the models' tables`]),
    ...(syncFault === null ? [] : ['models that sync() refuses: the throwaway is built from the migrations']),
    ...(migrations.sort === null ? [] : ['migrations that are named by versions: they are sorted by them']),
    ...(baseline === null ? [] : [`migrations that do not start from an empty database: ${startOf(baseline)}`]),
  ]
}

const startOf = ({ kind, start }: ProposedBaseline): string =>
  kind === 'migration'
    ? `${start} starts new ones`
    : kind === 'git'
      ? `they came after the models of commit ${start}`
      : `replays start from ${start}`

function stepLines({ steps }: Proposal): readonly string[] {
  const [first] = steps
  if (first === undefined) return []
  return first.kind === 'run'
    ? ['seeders that are noted in a table of their own: sequelize-cli runs them as a step of the throwaway']
    : [`seeders: ${count(steps.length, 'file')} as steps of the throwaway`]
}

function folderLine(
  noun: string,
  { dir, glob, files, signature }: ScriptFolder,
  { table, match }: Proposal['migrations'],
): string {
  const how = signature === null ? '' : `, ${signatures[signature]}`
  const place = glob === null ? dir : `${dir === '' ? '' : `${dir}/`}${glob}`
  return `${noun}: ${place} (${count(countMigrations(files, match), 'file')}${how})${table === null ? '' : `, noted in ${table}`}`
}

/** What was not found, or is not used, a line each. */
export function describeMissing(survey: Survey, proposal: Proposal, answers: InitAnswers): readonly string[] {
  const { cli, umzug, databases, seeders } = survey
  const folder = survey.migrations.find(({ dir }) => dir === proposal.migrations.dir) ?? null
  const [seeds] = seeders
  return [
    ...(folder === null ? [`no migrations yet: they go to ${proposal.migrations.dir}`] : []),
    ...(folder?.umzug?.hasTable === false
      ? [
          `${folder.umzug.file} does not show a table for the applied names; devdb keeps them in ${proposal.migrations.table ?? 'SequelizeMeta'}: where it has one, name it as migrations.meta.table`,
        ]
      : []),
    ...(cli?.database?.metaStorage == null
      ? []
      : [
          `sequelize-cli keeps the applied names in no table (migrationStorage: ${cli.database.metaStorage}); devdb does`,
        ]),
    ...new Set(
      umzug
        .filter(({ file, dir }) => dir === null && !umzug.some((use) => use.file === file && use.dir !== null))
        .map(({ file }) => `which files ${file} runs does not show in its text`),
    ),
    ...(answers.dev === null ? databases.refused.map((line) => `devdb cannot open ${line}`) : []),
    ...(cli?.database?.hasSecret === true
      ? ['the password stays where it is: nothing of it is in the configuration']
      : []),
    ...(cli?.database?.notesSeeders === true && proposal.steps.some(({ kind }) => kind !== 'run')
      ? ['the table that notes seeders stays empty in the throwaway: its steps call each of them']
      : []),
    ...(seeds !== undefined && proposal.steps.length === 0
      ? [
          `${count(seeds.files.length, 'seeder')} in ${seeds.dir}: name those that you need as steps${cli === null ? '' : `, or all as { run: 'npx sequelize-cli db:seed:all', inputs: ['${seeds.dir}/**'] }`}`,
        ]
      : []),
  ]
}
