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
 * SQLite's blanks are six, and every character beyond ASCII is a letter to it, a no-break space too.
 * https://www.sqlite.org/src/file/src/tokenize.c
 */
const pattern =
  /(?<blank>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[ \t\n\f\r]+)|(?<string>x?'[^']*(?:''[^']*)*(?:'|$))|(?<double>"[^"]*(?:""[^"]*)*(?:"|$))|(?<back>`[^`]*(?:``[^`]*)*(?:`|$))|(?<bracket>\[[^\]]*(?:\]|$))|(?<word>[A-Z_$\u0080-\u{10ffff}][A-Z0-9_$\u0080-\u{10ffff}]*|0x[0-9a-f]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:e[+-]?[0-9_]+)?|\.[0-9][0-9_]*(?:e[+-]?[0-9_]+)?)|(?<symbol>[\s\S])/giu

/**
 * Reads the tokens of a text.
 * @param sql any SQL; an unclosed quote or comment reaches to the end
 */
export function readTokens(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = []
  for (const match of sql.matchAll(pattern)) {
    const { blank, string, double, back, bracket, word } = match.groups as Record<string, string | undefined>
    if (blank !== undefined) continue
    const place = { start: match.index, end: match.index + match[0].length }
    if (string !== undefined) tokens.push({ kind: 'string', text: string, ...place })
    else if (double !== undefined)
      tokens.push({ kind: 'quoted', text: double.slice(1, -1).replaceAll('""', '"'), ...place })
    else if (back !== undefined)
      tokens.push({ kind: 'quoted', text: back.slice(1, -1).replaceAll('``', '`'), ...place })
    else if (bracket !== undefined) tokens.push({ kind: 'quoted', text: bracket.slice(1, -1), ...place })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, ...place })
    else tokens.push({ kind: 'symbol', text: match[0], ...place })
  }
  return tokens
}

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
