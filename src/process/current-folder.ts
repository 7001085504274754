/** Where devdb was started. */
import { DevdbError } from '../error.ts'

/**
 * The working directory.
 * @throws DevdbError `file-failed` when somebody has removed it
 */
export function currentFolder(): string {
  try {
    return process.cwd()
  } catch (error) {
    throw new DevdbError('file-failed', 'the folder in which devdb was started is gone', {
      hint: 'change to a folder that exists, then repeat: cd "$PWD"',
      cause: error,
    })
  }
}
