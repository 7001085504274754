/** What does a command say at its end, where code of the project reached dev? */
import { allTouches } from '../engine/touches.ts'
import { asksJson } from './asks-json.ts'

/**
 * Says at the end what reached dev, where nobody can miss it. In a watch the screen does.
 * @param words the command line
 * @param exitCode what the command would end with otherwise
 * @returns the exit code; that of `exec` is its command's
 */
export async function withTouches(words: readonly string[], exitCode: number): Promise<number> {
  if (allTouches().length === 0 || words[0] === 'watch') return exitCode
  const { exitCodeAfter, printTouches } = await import('./print-touches.ts')
  if (!asksJson(words)) printTouches()
  return words[0] === 'exec' ? exitCode : exitCodeAfter(exitCode)
}
