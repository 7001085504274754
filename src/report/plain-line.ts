/** What of a line that a program printed is safe to print again? */
import { stripVTControlCharacters } from 'node:util'

/**
 * One line without colours, cursor movements or other control characters; of a line that rewrote itself the last version.
 * @param text what a step, a model or a database said
 */
export function toPlainLine(text: string): string {
  const line = stripVTControlCharacters(text)
    .replaceAll('\t', '  ')
    .replace(/[\r\n]+$/, '')
  return line
    .slice(line.lastIndexOf('\r') + 1)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
    .trimEnd()
}
