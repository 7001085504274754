/** One thing that `doctor` looked at, and what came of it. */
import { type Problem, toProblem } from '../error.ts'

/** `ok`: nothing to do. `attention`: it works, but should be known. `failed`: devdb cannot do its work. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'attention' | 'failed'
  /** One line. */
  readonly message: string
  /** What to do: a command where there is one. */
  readonly hint: string | null
}

/** Makes a check that found nothing to do. */
export const ok = (name: string, message: string): Check => ({ name, state: 'ok', message, hint: null })

/** Makes a check that found something to know. */
export const attention = (name: string, message: string, hint: string | null): Check => ({
  name,
  state: 'attention',
  message,
  hint,
})

/** Makes a check that found what must be mended. */
export const failed = (
  name: string,
  { message, hint = null }: Pick<Problem, 'message'> & { readonly hint?: string | null },
): Check => ({
  name,
  state: 'failed',
  message,
  hint,
})

/**
 * Looks; whatever is thrown is a failed check.
 * @param name of the check
 * @param look gives what was found
 */
export async function checked(name: string, look: () => Check | Promise<Check>): Promise<Check> {
  try {
    return await look()
  } catch (error) {
    return failed(name, toProblem(error))
  }
}
