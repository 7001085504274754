/** The commands about a project's set-up, as they are declared. */
import { type Command, Option } from 'commander'

/**
 * Adds them.
 * @param oneShot declares a command that has `--json`
 * @param end told the exit code
 */
export function addProjectCommands(
  oneShot: (usage: string, description: string, example: string) => Command,
  end: (code: number) => void,
): void {
  oneShot('init', 'write a configuration from what the project has, and try it', 'npx devdb init')
    .option('--models <path...>', 'the file that gathers the models, or globs')
    .option('--migrations <dir>', 'the folder of the migrations')
    .option('--dev <url>', 'the dev database')
    .addOption(
      new Option(
        '--call <way>',
        'how the first migration is called: up({ context }), or up(queryInterface, Sequelize)',
      ).choices(['umzug', 'cli']),
    )
    .option('--environment <name>', 'the environment of config/config.json that is meant; otherwise development')
    .option('--yes', 'do not ask: take the first answer of each question, and what nothing works without')
    .option('--dry-run', 'print the file, and write and try nothing')
    .action(async (options) => end(await (await import('./init.ts')).runInit(options)))
  oneShot('doctor', 'look at all that devdb needs, and say what to do', 'devdb doctor').action(async (options) =>
    end(await (await import('./doctor.ts')).runDoctor(options)),
  )
}
