/** The command line: which command, which options, and the exit code it ends with. */
import { Argument, Command, CommanderError, Option } from 'commander'
import { forgetTouches } from '../engine/touches.ts'
import { asksJson } from './asks-json.ts'
import { listsTargets } from './completed-command.ts'
import { meantWords } from './meant-words.ts'
import { placedProblem } from './placed-problem.ts'
import { addProjectCommands } from './project-commands.ts'
import { withRenames } from './rename-options.ts'
import { version } from './version.ts'
import { withTouches } from './with-touches.ts'

export { reportDefects } from './report-defects.ts'

/**
 * Runs a command line.
 * @param words without the program's name
 * @returns the exit code
 */
export async function main(words: readonly string[]): Promise<number> {
  forgetTouches()
  let exitCode = 0
  const program = createProgram((code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...meantWords(words, program)], { from: 'user' })
    return await withTouches(words, exitCode)
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    // Only what has gone wrong needs them, and `--help` is to be there at once.
    const problem =
      error instanceof CommanderError
        ? (await import('./usage-problem.ts')).usageProblem(
            error,
            words,
            program.commands.map((command) => command.name()),
          )
        : await placedProblem(error)
    const { printJson, printProblem } = await import('./print-result.ts')
    return asksJson(words) ? printJson(null, problem) : withTouches(words, printProblem(problem))
  }
}

/**
 * All commands and their options.
 * @param end told the exit code of the command that ran
 */
export function createProgram(end: (code: number) => void): Command {
  const program = new Command('devdb')
    .description(
      'Keeps your throwaway and development databases in step with your Sequelize models and Umzug migrations.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .showSuggestionAfterError()
    .helpCommand('help [command]', 'what a command does, and its options')
    // What follows the command of `exec` is that command's own.
    .enablePositionalOptions()

  const command = (usage: string, description: string, example: string, parent = program): Command =>
    parent
      .command(usage)
      .description(description)
      .option('--config <file>', 'the configuration file; otherwise devdb.config.* from here upwards')
      .addOption(
        new Option('--log-level <level>', 'how much goes to .devdb/devdb.log').choices([
          'error',
          'warn',
          'info',
          'debug',
        ]),
      )
      .option('--verbose', 'print every event, statements too')
      .addHelpText('after', `\nExample:\n  ${example}`)
  const oneShot = (...facts: Parameters<typeof command>): Command =>
    command(...facts).option('--json', 'print one JSON document on stdout')

  addProjectCommands(oneShot, end)
  command('watch', 'stay open: rebuild the throwaway on every save, show the migrations, act on keys', 'devdb watch')
    .addOption(
      new Option('--reporter <name>', 'tui needs a terminal; elsewhere plain is the default').choices([
        'tui',
        'plain',
        'ndjson',
      ]),
    )
    .action(async (options) => end(await (await import('./watch.ts')).runWatch(options)))
  oneShot('reset', 'recreate the throwaway database and run the steps, once', 'devdb reset --json')
    .option('--dev', 'recreate the dev database from its migrations instead, after a snapshot')
    .option('--no-cache', 'run every step, also where a layer of an earlier build would do')
    .option('--yes', 'do not ask')
    .action(async (options) => end(await (await import('./reset.ts')).runReset(options)))
  oneShot('status', 'the state of the throwaway, and the migrations of the dev database', 'devdb status')
    .option('--fresh', 'compare models and migrations now, instead of telling what the last build found')
    .action(async (options) => end(await (await import('./status.ts')).runStatus(options)))
  oneShot(
    'upgrade [target]',
    'apply pending migrations to the dev database: head (the default), +N, or a NAME',
    'devdb upgrade +1',
  ).action(async (target: string | undefined, options) =>
    end(await (await import('./upgrade.ts')).runUpgrade(target ?? 'head', options)),
  )
  oneShot(
    'downgrade [target]',
    'revert migrations of the dev database: -1 (the default), -N, base, or a NAME that stays applied',
    'devdb downgrade -1 --yes',
  )
    .option('--yes', 'do not ask')
    .action(async (target: string | undefined, options) =>
      end(await (await import('./downgrade.ts')).runDowngrade(target ?? '-1', options)),
    )
  oneShot(
    'diff',
    'what the models need that no migration gives, and where the dev database differs from its migrations',
    'devdb diff',
  )
    .option('--sql', 'print the SQL that would make what the models need, and nothing else')
    .action(async (options) => end(await (await import('./diff.ts')).runDiff(options)))
  const drift = oneShot(
    'drift',
    'what in the dev database its migrations did not make; adopt it, take it back or ignore it, by name',
    'devdb drift --adopt users.nick',
  )
    .option(
      '--adopt <name...>',
      'put this drift into a new migration, which is proven on a copy and noted as applied on dev',
    )
    .option('--take-back <name...>', 'take this drift back on dev, after a snapshot')
    .option('--ignore <name...>', 'ignore this drift from now on: it is kept in devdb.drift.json')
    .option('-m, --message <text>', 'what it does; the file is named after it')
    .option('--no-record', 'only write the migration that adopts drift: dev is not touched, and has it pending')
    .option('--yes', 'do not ask')
  const driftRenames = withRenames(drift)
  drift.action(async (options) => end(await (await import('./drift.ts')).runDrift({ ...options, ...driftRenames() })))
  oneShot(
    'check',
    "for CI: do the migration files produce the models' schema? Exit code 3 when they do not",
    'devdb check --json',
  )
    .option('--accept', 'accept the differences of today: they are kept in devdb.accepted.json')
    .option('--staged', 'look at what git has staged, instead of the files as they are: for a pre-commit hook')
    .action(async (options) => end(await (await import('./check.ts')).runCheck(options)))
  oneShot(
    'rehearse [target]',
    'try pending migrations up, down and up on a copy of dev, and tell what the rows went through',
    'devdb rehearse',
  )
    .option('--statements', 'tell every statement that was sent, too')
    .option('--strict', 'end with 3 when something is lost or found')
    .action(async (target: string | undefined, options) =>
      end(await (await import('./rehearse.ts')).runRehearse(target ?? 'head', options)),
    )
  const generate = oneShot(
    'generate',
    'draft the migration that the models need, and prove it up, down and up on a copy of dev',
    "devdb generate -m 'users: add cool feature'",
  )
    .option('-m, --message <text>', 'what it does; the file is named after it')
    .option('--on-top', 'draft although dev has pending migrations; the proof runs them first')
    .addOption(
      new Option('--style <style>', 'queryInterface calls where they are faithful, or SQL throughout').choices([
        'calls',
        'sql',
      ]),
    )
    .option('--only <part...>', 'draft only changes whose line holds one of these')
    .option('--except <part...>', 'leave out changes whose line holds one of these')
    .option('--keep-columns', 'the down leaves added columns in place, with what they hold')
    .option('--empty', 'a migration with nothing in it, to be written by hand')
    .option('--keep-failed', 'keep the file of a draft whose proof failed')
  const draftRenames = withRenames(generate)
  generate.action(async (options) =>
    end(await (await import('./generate.ts')).runGenerate({ ...options, ...draftRenames() })),
  )
  oneShot(
    'baseline',
    'write the SQL file that replays start from, for migrations that do not start from an empty database',
    'devdb baseline',
  )
    .option('--out <file>', 'where to; otherwise the file of the configuration, or devdb.baseline.sql beside it')
    .option('--yes', 'do not ask')
    .action(async (options) => end(await (await import('./baseline.ts')).runBaseline(options)))
  command(
    'exec <command...>',
    'run a command with its environment pointed at the throwaway, which is built first where it is not up to date',
    'devdb exec -- npm test',
  )
    .passThroughOptions()
    .option('--fresh', 'recreate the throwaway first, also where it is up to date: a command may have written to it')
    .action(async (words: readonly string[], options) => end(await (await import('./exec.ts')).runExec(words, options)))
  const snapshot = program
    .command('snapshot')
    .description('copies of the dev database: save, list, restore, delete')
    .helpCommand(false)
  oneShot(
    'save [name]',
    'copy the dev database as it is now; such a copy is never dropped for others',
    "devdb snapshot save 'before the import'",
    snapshot,
  ).action(async (name: string | undefined, options) =>
    end(await (await import('./snapshot-save.ts')).runSnapshotSave(name ?? null, options)),
  )
  oneShot('list', 'what was kept of the dev database, newest first', 'devdb snapshot list --json', snapshot).action(
    async (options) => end(await (await import('./snapshot-list.ts')).runSnapshotList(options)),
  )
  oneShot(
    'restore <snapshot>',
    'make the dev database what it was when a snapshot was taken: an ID, a NAME, or a unique part',
    "devdb snapshot restore 'before the import'",
    snapshot,
  )
    .option('--yes', 'do not ask')
    .action(async (word: string, options) =>
      end(await (await import('./snapshot-restore.ts')).runSnapshotRestore(word, options)),
    )
  oneShot(
    'delete <snapshot>',
    'remove a snapshot for good: a whole ID or NAME',
    "devdb snapshot delete 'before the import'",
    snapshot,
  )
    .option('--yes', 'do not ask')
    .action(async (word: string, options) =>
      end(await (await import('./snapshot-delete.ts')).runSnapshotDelete(word, options)),
    )
  oneShot(
    'undo',
    'take back the last change that devdb made to the dev database; undoing that is a redo',
    'devdb undo --yes',
  )
    .option('--yes', 'do not ask')
    .action(async (options) => end(await (await import('./undo.ts')).runUndo(options)))
  program
    .command('completion')
    .description('print the script that lets a shell complete commands, options and migrations')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', '\nExample:\n  eval "$(devdb completion bash)"')
    .action(async (shell: 'bash' | 'zsh' | 'fish') =>
      end((await import('./completion.ts')).runCompletion(program, shell)),
    )
  program
    .command(listsTargets, { hidden: true })
    .action(async () => end(await (await import('./completion.ts')).listMigrations()))
  return program
}
