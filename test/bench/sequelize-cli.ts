/** A yardstick: what users of sequelize-cli do after a change. Remove the file, `db:migrate`, `db:seed:all`. */
import { rmSync, writeFileSync } from 'node:fs'
import type { BenchProject } from './bench-project.ts'
import { seederText } from './project-files.ts'
import { runProgram } from './run-program.ts'

/** Its folder: the migration of all tables, and a seeder. */
export const cliFiles = (models: number, migration: string): Readonly<Record<string, string>> => ({
  'cli/config.json': JSON.stringify({ development: { dialect: 'sqlite', storage: 'cli.db', logging: false } }),
  'cli/migrations/20260101000000-tables.js': migration,
  'cli/seeders/20260101000000-rows.js': seederText(models, '../../seed/rows.js'),
})

/**
 * Runs it once, with a second migration that adds the column that the save added.
 * @returns how long it took, in milliseconds, and the database
 */
export async function runSequelizeCli(
  { root, file, saved }: BenchProject,
  column: string,
): Promise<{ readonly ms: number; readonly database: string }> {
  writeFileSync(file('cli/migrations/20260102000000-column.js'), columnText(saved, column))
  const database = file('cli.db')
  // Not through npx, which takes another second.
  const run = (verb: string, paths: string): Promise<unknown> =>
    runProgram(
      ['node_modules/.bin/sequelize-cli', verb, '--config', 'cli/config.json', `--${paths}-path`, `cli/${paths}`],
      {
        cwd: root,
      },
    )
  const startedAt = performance.now()
  rmSync(database, { force: true })
  await run('db:migrate', 'migrations')
  await run('db:seed:all', 'seeders')
  return { ms: performance.now() - startedAt, database }
}

const columnText = (table: string, column: string): string => `module.exports = {
  up: (queryInterface, Sequelize) => queryInterface.addColumn('${table}', '${column}', { type: Sequelize.STRING }),
  down: (queryInterface) => queryInterface.removeColumn('${table}', '${column}'),
}
`
