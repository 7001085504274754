/** Would a command that devdb starts work on dev, whatever it is told? */
import type { DevCandidate } from './find-databases.ts'
import type { Survey } from './survey.ts'

/** The variable that a project's code could read, where it reads none. */
const anyVariable = 'DB_STORAGE'

/**
 * Says that a project's code itself names dev for good, and what to write instead. devdb's own loading of the models leads them elsewhere all
 * the same; a command that it starts is a program like any other.
 * @param survey the project
 * @param isDev whether a database is the one that is dev
 * @returns one line; none where the code learns of its database from a variable
 */
export function describeFixedDatabase(
  { cli, databases }: Pick<Survey, 'cli' | 'databases'>,
  isDev: (candidate: DevCandidate) => boolean,
): readonly string[] {
  const named = databases.candidates.find(isDev)
  if (named === undefined || named.from === 'the file' || named.variable !== null || databases.variables.length > 0)
    return []
  const [dialect = '', place = ''] = named.url.split(/:(.*)/s)
  const why = `${named.from} names the database for good: commands that devdb starts, in steps and "devdb exec", would work on dev`
  // https://sequelize.org/docs/v6/other-topics/migrations/#storing-configuration
  return cli?.configFile?.endsWith('.json') === true && named.from.includes(cli.configFile)
    ? [
        `${why}. Add to ${cli.configFile}: "devdb": { "use_env_variable": "DATABASE_URL", "dialect": "${dialect}" }, and to devdb.config: env: { NODE_ENV: 'devdb' }`,
      ]
    : [
        `${why}. Let it read a variable, as in process.env.${anyVariable} ?? '${place}', and add to devdb.config: env: ({ storage }) => ({ ${anyVariable}: storage })`,
      ]
}
