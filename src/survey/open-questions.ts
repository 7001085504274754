/** What of a project can only a person decide? */
import { type InitAnswers, type InitQuestion, migrationFolder, runnerOf, surest } from './proposal.ts'
import type { Survey } from './survey.ts'

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
    ...callQuestion(survey, answers),
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

/** Who runs the first migration, where no other one shows it: each of the two calls it in a way that the other cannot. */
function callQuestion(survey: Survey, answers: InitAnswers): readonly InitQuestion[] {
  const { runners } = survey
  const folder = migrationFolder(survey, answers)
  if (answers.call != null || (folder?.files.length ?? 0) > 0 || runnerOf(survey, folder) !== null) return []
  if (!runners.umzug || !runners.cli) return []
  const options = [
    { text: 'Umzug: up({ context })', flag: '--call umzug', answer: 'umzug' },
    { text: 'sequelize-cli: up(queryInterface, Sequelize)', flag: '--call cli', answer: 'cli' },
  ]
  const text = 'there is no migration yet, and the project has Umzug and sequelize-cli: which one runs them?'
  return [{ id: 'call', kind: 'choice', text, flag: '--call', options }]
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
