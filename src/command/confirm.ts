/** Whether somebody really wants what discards something. */
import { DevdbError } from '../error.ts'
import { askLine, canAsk } from './ask.ts'

/** What to ask, and how it was called. */
export interface Question {
  /** One line that says what will be discarded. */
  readonly text: string
  /** The command to repeat, with `--yes`. */
  readonly command: string
  readonly yes: boolean
  readonly json: boolean
}

/**
 * Asks on the terminal; elsewhere only `--yes` answers.
 * @returns whether to go on
 * @throws DevdbError `confirmation-needed`
 */
export async function confirm({ text, command, yes, json }: Question): Promise<boolean> {
  if (yes) return true
  if (!canAsk(json)) {
    throw new DevdbError('confirmation-needed', `${text}; nobody can be asked here, so nothing was changed`, {
      hint: `${command} --yes`,
    })
  }
  return /^y(es)?$/i.test(await askLine(`${text}. Go on? y/n `))
}
