/** Names inside SQL texts that devdb keeps and does not understand: what a trigger or a condition mentions, and how it reads after a rename. */

/** Comments, strings, the three styles of quoted names, and words. */
const token =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\p{L}_$][\p{L}\p{N}_$]*/gu

/**
 * Whether a SQL text mentions a name, quoted or not.
 * @param sql an expression or a whole statement
 * @param name the name of a column or table; case does not count
 */
export const mentions = (sql: string, name: string): boolean =>
  [...sql.matchAll(token)].some(([text]) => nameOf(text)?.toLowerCase() === name.toLowerCase())

/**
 * The text with names replaced, each at once: a swap is one call.
 * @param sql an expression over columns of one table
 * @param rename gives the new name
 */
export const renameIn = (sql: string, rename: (name: string) => string): string =>
  sql.replace(token, (text) => {
    const name = nameOf(text)
    return name === null || rename(name) === name ? text : `"${rename(name).replaceAll('"', '""')}"`
  })

function nameOf(text: string): string | null {
  if (/^(?:--|\/\*|')/.test(text)) return null
  const quote = text[0]!
  if (quote === '[') return text.slice(1, -1)
  return quote === '"' || quote === '`' ? text.slice(1, -1).replaceAll(quote + quote, quote) : text
}
