/** Is what people type before they know devdb understood? */
import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { createProgram } from '../../src/command/main.ts'
import { meantWords } from '../../src/command/meant-words.ts'
import { usageProblem } from '../../src/command/usage-problem.ts'
import { version } from '../../src/command/version.ts'

/** What is printed, or how the line that was meant is typed. */
async function answerTo(...words: readonly string[]): Promise<string> {
  const program = createProgram(() => undefined)
  let printed = ''
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
    command.configureOutput({
      writeOut: (text) => {
        printed += text
      },
    })
  const error: unknown = await program.parseAsync([...meantWords(words, program)], { from: 'user' }).catch((e) => e)
  if (!(error instanceof CommanderError)) throw new Error('a command ran')
  return error.exitCode === 0
    ? printed.split('\n')[0]!
    : `→ ${
        usageProblem(
          error,
          words,
          program.commands.map((command) => command.name()),
        ).hint
      }`
}

test.each([
  [['help', 'snapshot', 'save'], 'Usage: devdb snapshot save [options] [name]'],
  [['help', 'snapshot'], 'Usage: devdb snapshot [options] [command]'],
  [['help', 'snapshot', '--json'], 'Usage: devdb snapshot [options] [command]'],
  [['help', 'upgrade', 'head'], 'Usage: devdb upgrade [options] [target]'],
  [['help', 'exec', 'node'], 'Usage: devdb exec [options] <command...>'],
  [['-v'], version],
  [['-V'], version],
  [['snapshot', 'save', 'before', 'lunch', '--json'], "→ devdb snapshot save 'before lunch' --json"],
  [['snapshot', 'restore', 'before', 'lunch'], "→ devdb snapshot restore 'before lunch'"],
  [['generate', '-m', 'add', 'cool', 'feature', '--empty'], "→ devdb generate -m 'add cool feature' --empty"],
  [['upgrade', '+1', 'head'], '→ devdb upgrade --help'],
])('%j is answered with %s', async (words, answer) => {
  expect(await answerTo(...words)).toBe(answer)
})
