/** What can a shell complete? The table of commands, as the scripts of the three shells need it. */
import type { Command, Option } from 'commander'

/** A word, and what it means. */
export interface Word {
  readonly word: string
  readonly description: string
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** `status`, `snapshot save`; empty for devdb itself. */
  readonly path: string
  /** The next words that are known. */
  readonly words: readonly Word[]
  readonly options: readonly Option[]
  /** Whether it is nothing but the first word of other commands. */
  readonly isGroup: boolean
  /** Whether the names of migrations are words, too. */
  readonly takesMigration: boolean
}

/** The command that lists migrations, one a line. No help shows it. */
export const listsTargets = 'completion-targets'

/** Asks devdb itself, in silence: outside of a project there are none. */
export const askTargets = `devdb ${listsTargets} 2>/dev/null`

/** Commands whose argument is a migration, and what else it may be. */
const targets: Readonly<Record<string, readonly Word[]>> = {
  upgrade: [{ word: 'head', description: 'everything that is pending' }],
  downgrade: [{ word: 'base', description: 'everything that is applied' }],
  rehearse: [{ word: 'head', description: 'everything that is pending' }],
}

/**
 * All commands, devdb itself first.
 * @param program the table of commands
 */
export function completedCommands(program: Command, path: readonly string[] = []): readonly CompletedCommand[] {
  const name = path.join(' ')
  const inner = program.commands.filter((command) => command.name() !== listsTargets)
  const choices = program.registeredArguments.flatMap(({ argChoices = [] }) => argChoices)
  const own = {
    path: name,
    words: [
      ...inner.map((command) => ({ word: command.name(), description: command.description() })),
      ...choices.map((word) => ({ word, description: '' })),
      ...(targets[name] ?? []),
    ],
    options: program.options,
    isGroup: name !== '' && inner.length > 0,
    takesMigration: name in targets,
  }
  return [own, ...inner.flatMap((command) => completedCommands(command, [...path, command.name()]))]
}

/** `-m` and `--message` of an option. */
export const flagsOf = ({ short, long }: Option): readonly string[] =>
  [short, long].filter((flag): flag is string => flag !== undefined && flag !== null)

/** The options whose value is one of a few words, by their flag. */
export const choicesOf = (commands: readonly CompletedCommand[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    commands.flatMap(({ options }) =>
      options.flatMap(({ long, argChoices }) => (argChoices === undefined ? [] : [[long ?? '', argChoices] as const])),
    ),
  )

/** Options whose value is a file. */
export const fileFlags = ['--config', '--out'] as const

/** A text as a shell reads it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
