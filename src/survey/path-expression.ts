/** Which path does an expression such as `path.join(__dirname, 'migrations/*.js')` mean? Told from its text. */
import { folderOf, insidePath } from './listing.ts'

/**
 * The text of one value: up to the comma or bracket that ends it.
 * @param text source
 * @param start where the value begins
 */
export function expressionAt(text: string, start: number): string {
  let depth = 0
  let quote: string | null = null
  for (let at = start; at < text.length; at++) {
    const char = text[at]!
    if (quote !== null) {
      if (char === quote) quote = null
    } else if (/['"`]/.test(char)) quote = char
    else if (/[([{]/.test(char)) depth += 1
    else if (/[)\]}]/.test(char)) {
      if (depth === 0) return text.slice(start, at)
      depth -= 1
    } else if (char === ',' && depth === 0) return text.slice(start, at)
  }
  return text.slice(start)
}

const ownFolder = /__dirname|import\.meta|fileURLToPath/

/**
 * The strings of an expression as one path relative to the root, from the file's own folder where the expression names that.
 * @param expression source of one value
 * @param file where it stands
 * @returns null where it holds no string, or leads out of the root
 */
export function pathIn(expression: string, file: string): string | null {
  const cwd = /\bcwd\s*:([\s\S]*)/.exec(expression)?.[1]
  const main = cwd === undefined ? expression : expression.slice(0, expression.search(/\bcwd\s*:/))
  const parts = stringsOf(main)
  // A word with other signs is no path.
  if (parts.length === 0 || parts.some((part) => !/^[\w@.*?{}(),![\]+ \\/-]{1,200}$/.test(part))) return null
  // A folder that its text does not show.
  if (cwd !== undefined && stringsOf(cwd).length === 0 && !ownFolder.test(cwd) && !/\bprocess\.cwd\(/.test(cwd))
    return null
  const start = ownFolder.test(expression) ? folderOf(file) : ''
  return insidePath(start, ...(cwd === undefined ? [] : stringsOf(cwd)), ...parts)
}

const stringsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(['"`])(.*?)\1/g)]
    .map(([, , inner = '']) => inner.replace(/\$\{(?:__dirname|import\.meta\.dirname)\}/g, ''))
    .filter((inner) => !/^(?:file:(?:\/\/)?|utf-?8|)$/.test(inner) && !inner.includes('${'))
