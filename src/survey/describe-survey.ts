/** What was found, and what was not, in words. */
import { describeFixedDatabase } from './describe-fixed-database.ts'
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
    ...(proposal.variables.length > 0 ? [] : describeFixedDatabase(survey, ({ url }) => url === proposal.dev.url)),
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
