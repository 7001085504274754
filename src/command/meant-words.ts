/** Which command line is meant by one that commander would not understand? */
import type { Command } from 'commander'

/**
 * Reads `-v` and no words at all as other programs do, and `help` for a command of a command.
 * @param words what was typed, without the program's name
 * @param program its commands
 * @returns what commander reads
 */
export function meantWords(words: readonly string[], { commands }: Pick<Command, 'commands'>): readonly string[] {
  const [first, name, part] = words
  // As git, docker and Prisma do it.
  if (first === undefined) return ['--help']
  if (first === '-v') return ['--version', ...words.slice(1)]
  // Only where a command has commands: the words after `exec` would be run.
  const hasParts = commands.some((command) => command.name() === name && command.commands.length > 0)
  return first === 'help' && hasParts && part !== undefined ? [...words.slice(1), '--help'] : words
}
