/** The words of a SQL text: comments are passed over, the four styles of quotes are understood. https://www.sqlite.org/lang_keywords.html */

/** A token. `name`: an identifier without its quotes. */
export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'symbol'
  /** A word as written, an identifier without its quotes, a string as written. */
  readonly text: string
  /** Where it begins and ends in the whole text. */
  readonly start: number
  readonly end: number
}

/**
 * SQLite's blanks are six, and every character beyond ASCII is a letter to it, a no-break space too. Without groups and flags, for this is
 * where an introspection spends its time: the first character tells what matched.
 * https://www.sqlite.org/src/file/src/tokenize.c
 */
const pattern =
  /[ \t\n\f\r]+|[xX]?'[^']*(?:''[^']*)*(?:'|$)|[A-Za-z_$\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"[^"]*(?:""[^"]*)*(?:"|$)|`[^`]*(?:``[^`]*)*(?:`|$)|\[[^\]]*(?:\]|$)|0[xX][0-9a-fA-F]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]+)?|\.[0-9][0-9_]*(?:[eE][+-]?[0-9_]+)?|[\s\S]/g

/**
 * Reads the tokens of a text.
 * @param sql any SQL; an unclosed quote or comment reaches to the end
 */
export function readTokens(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = []
  visitTokens(sql, (token) => tokens.push(token))
  return tokens
}

/**
 * Reads the tokens of a text one after the other, so that memory does not grow with the text.
 * @param sql any SQL, as for `readTokens`
 * @param visit gets each token
 */
export function visitTokens(sql: string, visit: (token: SqlToken) => void): void {
  pattern.lastIndex = 0
  for (let start = 0; start < sql.length; start = pattern.lastIndex) {
    const text = pattern.exec(sql)![0]
    const token = tokenOf(text, start)
    if (token !== null) visit(token)
  }
}

/** The token that a text is; null for blanks and comments. */
function tokenOf(text: string, start: number): SqlToken | null {
  const end = start + text.length
  const first = text[0]!
  if (isBlank(first) || text.startsWith('--') || text.startsWith('/*')) return null
  if (first === '"' || first === '`')
    return { kind: 'quoted', text: text.slice(1, -1).replaceAll(first + first, first), start, end }
  if (first === '[') return { kind: 'quoted', text: text.slice(1, -1), start, end }
  // A blob has its quote in the second place.
  if (first === "'" || text[1] === "'") return { kind: 'string', text, start, end }
  const isWord = text.length > 1 || isWordCharacter(first.charCodeAt(0))
  return { kind: isWord ? 'word' : 'symbol', text, start, end }
}

const isBlank = (character: string): boolean =>
  character === ' ' || character === '\n' || character === '\t' || character === '\r' || character === '\f'

/** A letter, a digit, `_`, `$`, and all beyond ASCII. */
const isWordCharacter = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 95 ||
  code === 36 ||
  code >= 128

/**
 * The name that a token stands for where a name is expected: there SQLite takes a string for one, too.
 * https://www.sqlite.org/lang_keywords.html
 */
export const nameOf = ({ kind, text }: SqlToken): string =>
  kind === 'string' ? text.slice(1, -1).replaceAll("''", "'") : text

/** A name in the case in which SQLite compares it: only the letters of ASCII are folded. */
export const foldName = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** Whether a token is one of these keywords; a quoted identifier never is. */
export const isKeyword = (token: SqlToken | undefined, ...keywords: readonly string[]): boolean =>
  token?.kind === 'word' && keywords.includes(token.text.toUpperCase())

/** Whether a token is this symbol. */
export const isSymbol = (token: SqlToken | undefined, symbol: string): boolean =>
  token?.kind === 'symbol' && token.text === symbol

/**
 * Where a group in parentheses ends.
 * @param tokens the tokens
 * @param open index of the opening parenthesis
 * @returns index of the closing one, or of the last token where it is missing
 */
export function closingOf(tokens: readonly SqlToken[], open: number): number {
  let depth = 0
  for (let index = open; index < tokens.length; index++) {
    if (isSymbol(tokens[index], '(')) depth += 1
    if (isSymbol(tokens[index], ')') && --depth === 0) return index
  }
  return tokens.length - 1
}
