/** What was wrong with a command line, and what was meant by it. */
import type { CommanderError } from 'commander'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import { shellLine } from '../process/shell-word.ts'

/**
 * The Problem of a command line that is wrong; its hint is the command line that comes closest, or the help.
 * @param error what commander says
 * @param words what was typed
 * @param commands names of all commands
 */
export function usageProblem(error: CommanderError, words: readonly string[], commands: readonly string[]): Problem {
  const [message = '', suggestion = ''] = error.message.replace(/^error: /, '').split('\n')
  const command = words.find((word) => commands.includes(word))
  const isKnown = error.code !== 'commander.unknownCommand' && command !== undefined
  // Other programs take their options there, too.
  const isBefore = error.code === 'commander.unknownOption' && words[0]?.startsWith('-') === true && isKnown
  const meant = /Did you mean (?:one of )?([^,?]+)/.exec(suggestion)?.[1]
  const wrong = /^unknown (?:command|option) '(.+)'$/.exec(message)?.[1]
  // Commander prints its help there, and says nothing of what was asked.
  const isSilent = /^(?:\(outputHelp\))?$/.test(message)
  const missing =
    words[0] === 'help' && words[1] !== undefined ? `unknown command '${words[1]}'` : 'a command is missing'
  const quoted = error.code === 'commander.excessArguments' ? quotedWords(words) : null
  return toProblem(
    new DevdbError('usage', isSilent ? missing : message, {
      hint: isBefore
        ? shellLine(['devdb', command, ...words.filter((word) => word !== command)])
        : quoted !== null
          ? shellLine(['devdb', ...quoted])
          : meant === undefined || wrong === undefined
            ? `devdb ${isKnown ? `${command} ` : ''}--help`
            : shellLine(['devdb', ...words.map((word) => (word === wrong ? meant : word))]),
    }),
  )
}

/** A name or a message of several words is one when it is quoted. Null where there is none, or it is one word already. */
function quotedWords(words: readonly string[]): readonly string[] | null {
  const isOption = (word: string): boolean => word.startsWith('-')
  const message = words.findIndex((word) => word === '-m' || word === '--message') + 1
  const start = words[0] === 'snapshot' ? 2 : words[0] === 'generate' ? message : 0
  if (start === 0) return null
  const next = words.findIndex((word, index) => index >= start && isOption(word))
  const end = next === -1 ? words.length : next
  return end - start < 2 ? null : [...words.slice(0, start), words.slice(start, end).join(' '), ...words.slice(end)]
}
