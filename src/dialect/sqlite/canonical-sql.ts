/** One text for all spellings of an expression or a default. */
import type { Column } from '../../schema/schema.ts'
import { closingOf, foldName, isSymbol, readTokens, type SqlToken } from './sql-tokens.ts'
import { affinityOf } from './sqlite-type.ts'

/**
 * Words in one case, names without quotes that they do not need, strings as they are, single spaces, no comments, no parentheses around
 * the whole. `"x"` may be a string to SQLite where no column has that name. https://www.sqlite.org/quirks.html#dblquote
 */
export const canonicalSql = (sql: string): string => withoutParentheses(readTokens(sql)).map(canonicalToken).join(' ')

function canonicalToken({ kind, text }: SqlToken): string {
  // What is no string as a whole is a blob: x'ab'.
  if (kind === 'string') return text.startsWith("'") ? text : text.toLowerCase()
  return kind === 'quoted' && !/^[\w$]+$/.test(text) ? JSON.stringify(foldName(text)) : foldName(text)
}

function withoutParentheses(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const isWrapped = tokens.length > 2 && isSymbol(tokens[0], '(') && closingOf(tokens, 0) === tokens.length - 1
  return isWrapped ? withoutParentheses(tokens.slice(1, -1)) : tokens
}

/**
 * One text for all spellings of a default: those that put the same value into a column of that type. TRUE is 1, a number in a column for
 * text is stored as text, and digits in one for numbers as a number.
 * https://www.sqlite.org/lang_createtable.html#the_default_clause, https://www.sqlite.org/datatype3.html#type_affinity
 * @returns null where nothing is put
 */
export function canonicalDefault({ default: written, type }: Column): string | null {
  if (written === null) return null
  const tokens = withoutParentheses(readTokens(written))
  const literal = literalOf(tokens)
  if (literal === null) return tokens.map(canonicalToken).join(' ')
  const { kind, value } = literal
  if (kind === 'null') return null
  const affinity = affinityOf(type)
  if (affinity === 'text') return `'${value}'`
  if (affinity === 'blob') return kind === 'string' ? `'${value}'` : value
  if (kind === 'string' && !decimal.test(value)) return `'${value}'`
  // There 5.0 is stored as 5, or 5 as 5.0.
  return canonicalNumber(value).replace(/\.0$/, '')
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

interface Literal {
  readonly kind: 'null' | 'number' | 'string'
  /** A number in its canonical form, a string without its quotes. */
  readonly value: string
}

function literalOf(tokens: readonly SqlToken[]): Literal | null {
  const [first, second] = tokens
  if (first === undefined) return null
  if (tokens.length === 2 && (isSymbol(first, '-') || isSymbol(first, '+'))) return numberOf(first.text, second!)
  if (tokens.length !== 1) return null
  const { kind, text } = first
  if (kind === 'string')
    return text.startsWith("'") ? { kind: 'string', value: text.slice(1, -1).replaceAll("''", "'") } : null
  // A name where a value is expected is a string: DEFAULT "draft".
  if (kind === 'quoted') return { kind: 'string', value: text }
  if (/^null$/i.test(text)) return { kind: 'null', value: '' }
  if (/^(?:true|false)$/i.test(text)) return { kind: 'number', value: /^t/i.test(text) ? '1' : '0' }
  if (/^current_(?:time|date|timestamp)$/i.test(text)) return null
  return numberOf('', first) ?? (kind === 'word' ? { kind: 'string', value: text } : null)
}

const numberOf = (sign: string, { kind, text }: SqlToken): Literal | null =>
  kind === 'word' && /^\.?\d/.test(text) ? { kind: 'number', value: canonicalNumber(`${sign}${text}`) } : null

/** Integers to the last digit; others as precise as SQLite keeps them. */
function canonicalNumber(text: string): string {
  const plain = text.replaceAll('_', '').replace(/^\+/, '')
  const digits = /^-?(\d+|0x[0-9a-f]+)$/i.exec(plain)?.[1]
  if (digits === undefined) return Number.isInteger(Number(plain)) ? `${Number(plain)}.0` : String(Number(plain))
  const value = BigInt(digits)
  return String(plain.startsWith('-') ? -value : value)
}
