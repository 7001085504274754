/** What does a literal in source mean? Nothing is run: what is more than a literal is not known. */
import { expressionAt } from './path-expression.ts'

/**
 * Reads the text of a value made of objects, lists, strings, numbers, booleans and null.
 * @returns undefined where anything else is in it
 */
export function readLiteral(source: string): unknown {
  const text = source.trim()
  if (text === 'true' || text === 'false' || text === 'null') return JSON.parse(text) as unknown
  if (/^-?\d[\d_]*(?:\.\d+)?$/.test(text)) return Number(text.replaceAll('_', ''))
  const string = /^(['"`])((?:\\.|(?!\1)[^\\])*)\1$/s.exec(text)
  if (string !== null) return string[2]!.includes('${') ? undefined : string[2]!.replace(/\\(.)/gs, '$1')
  if (text.startsWith('[') && text.endsWith(']')) {
    const items = partsOf(text.slice(1, -1)).map(readLiteral)
    return items.includes(undefined) ? undefined : items
  }
  return text.startsWith('{') && text.endsWith('}') ? readObject(text.slice(1, -1)) : undefined
}

function readObject(inner: string): unknown {
  const entries = partsOf(inner).map((part) => {
    const named = /^(?:([\w$]+)|(['"])(.*?)\2)\s*:/.exec(part)
    return named === null ? null : ([named[1] ?? named[3]!, readLiteral(part.slice(named[0].length))] as const)
  })
  if (entries.some((entry) => entry === null || entry[1] === undefined)) return undefined
  return Object.fromEntries(entries as readonly (readonly [string, unknown])[])
}

function partsOf(text: string): readonly string[] {
  const parts: string[] = []
  for (let start = 0; start < text.length; ) {
    const part = expressionAt(text, start)
    parts.push(part.trim())
    start += part.length + 1
  }
  return parts.filter((part) => part !== '')
}
