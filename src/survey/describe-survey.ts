/** What was found, and what was not, in words. */
import type { ScriptFolder } from './find-migrations.ts'
import type { InitAnswers, Proposal } from './proposal.ts'
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
  const { models, migrations, dev, steps, variables } = proposal
  const folder = survey.migrations.find(({ dir }) => dir === migrations.dir) ?? null
  const from = survey.databases.candidates.find(({ url }) => url === dev.url)?.from
  const language = code.isTypeScript ? 'TypeScript' : `JavaScript, ${code.module === 'esm' ? 'ES modules' : 'CommonJS'}`
  const settings = cli === null ? [] : [cli.rcFile, cli.configFile].filter((file) => file !== null)
  return [
    `${language}; ${installer}`,
    ...(settings.length === 0
      ? []
      : [`sequelize-cli: ${settings.join(', ')}${cli?.environment == null ? '' : ` (${cli.environment})`}`]),
    ...umzug.map(
      ({ file, dir, isForSeeders }) =>
        `Umzug: ${file}, for ${isForSeeders ? 'seeders' : 'migrations'} in ${dir ?? '?'}`,
    ),
    `models: ${models.patterns.join(', ')} (${models.what})`,
    ...(folder === null ? [] : [folderLine('migrations', folder, migrations.table)]),
    `dev: ${dev.variable === null ? dev.url : `$${dev.variable}`}${from === undefined ? '' : ` (${from})`}`,
    ...variables.map(({ name }) => `${name} tells your code its database: it is set wherever devdb runs your code`),
    ...(steps.length === 0 ? [] : [`seeders: ${count(steps.length, 'file')} as steps of the throwaway`]),
  ]
}

function folderLine(noun: string, { dir, files, signature }: ScriptFolder, table: string | null): string {
  const how = signature === null ? '' : `, ${signatures[signature]}`
  return `${noun}: ${dir} (${count(files.length, 'file')}${how})${table === null ? '' : `, noted in ${table}`}`
}

/** The variable that a project's code could read, where it reads none. */
const anyVariable = 'DB_STORAGE'

/**
 * Where the project's code itself names its database, for good. devdb's own loading of the models leads them elsewhere all the same; a
 * command that devdb starts is a program like any other.
 */
function describeFixedDatabase({ cli, databases }: Survey, { dev, variables }: Proposal): readonly string[] {
  const named = databases.candidates.find(({ url }) => url === dev.url)
  if (named === undefined || named.from === 'the file' || named.variable !== null) return []
  if (variables.length > 0 || databases.variables.length > 0) return []
  const why = `${named.from} names the database for good: commands that devdb starts, in steps and "devdb exec", would work on dev`
  // https://sequelize.org/docs/v6/other-topics/migrations/#storing-configuration
  return cli?.configFile?.endsWith('.json') === true && named.from.includes(cli.configFile)
    ? [
        `${why}. Add to ${cli.configFile}: "devdb": { "use_env_variable": "DATABASE_URL", "dialect": "${dev.url.split(':')[0]}" }, and here: env: { NODE_ENV: 'devdb' }`,
      ]
    : [
        `${why}. Let it read a variable, as in process.env.${anyVariable} ?? '${dev.url.replace(/^\w+:/, '')}', and add here: env: ({ storage }) => ({ ${anyVariable}: storage })`,
      ]
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
    ...umzug.filter(({ dir }) => dir === null).map(({ file }) => `which files ${file} runs does not show in its text`),
    ...(answers.dev === null ? databases.refused.map((line) => `devdb cannot open ${line}`) : []),
    ...describeFixedDatabase(survey, proposal),
    ...(cli?.database?.hasSecret === true
      ? ['the password stays where it is: nothing of it is in the configuration']
      : []),
    ...(seeds !== undefined && proposal.steps.length === 0
      ? [
          `${count(seeds.files.length, 'seeder')} in ${seeds.dir}: name those that you need as steps${cli === null ? '' : `, or all as { run: 'npx sequelize-cli db:seed:all', inputs: ['${seeds.dir}/**'] }`}`,
        ]
      : []),
  ]
}
