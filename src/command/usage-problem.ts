/** What was wrong with a command line, and what was meant by it. */
import type { CommanderError } from 'commander'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import { shellLine } from '../process/shell-word.ts'

/**
 * The Problem of a command line that is wrong; its hint is the command line that comes closest, or the help.
 * @param error what commander says
 * @param words what was typed
 */
export function usageProblem(error: CommanderError, words: readonly string[]): Problem {
  const [message = '', suggestion = ''] = error.message.replace(/^error: /, '').split('\n')
  const command = words.find((word) => !word.startsWith('-'))
  const isKnown = error.code !== 'commander.unknownCommand' && command !== undefined
  const meant = /Did you mean (?:one of )?([^,?]+)/.exec(suggestion)?.[1]
  const wrong = /^unknown (?:command|option) '(.+)'$/.exec(message)?.[1]
  return toProblem(
    new DevdbError('usage', /^(?:\(outputHelp\))?$/.test(message) ? 'a command is missing' : message, {
      hint:
        meant === undefined || wrong === undefined
          ? `devdb ${isKnown ? `${command} ` : ''}--help`
          : shellLine(['devdb', ...words.map((word) => (word === wrong ? meant : word))]),
    }),
  )
}
