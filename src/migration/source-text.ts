/** Source read as text: brackets and their partners, with what stands in strings and comments out of the way. */

/**
 * Source in which comments and what stands inside strings are spaces, each character at its place.
 * @param source JavaScript or TypeScript
 */
export const masked = (source: string): string =>
  source.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|(['"])(?:\\[\s\S]|(?!\1)[^\\\n])*\1|`(?:\\[\s\S]|[^\\`])*`/g, (text) =>
    text.startsWith('/') ? ' '.repeat(text.length) : `${text[0]}${' '.repeat(text.length - 2)}${text[0]}`,
  )

const partners: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' }

/**
 * The place of the bracket that closes the one at `open`.
 * @param text masked source
 * @param open where it opens
 * @returns -1 where it is not closed
 */
export function closingAt(text: string, open: number): number {
  const opener = text[open]!
  const closer = partners[opener]
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === opener) depth += 1
    else if (text[at] === closer && !(closer === '>' && text[at - 1] === '=')) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}

/**
 * The end of one value: the comma, semicolon or bracket after it.
 * @param text masked source
 * @param start where the value begins
 */
export function valueEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const char = text[at]!
    if (/[([{]/.test(char)) depth += 1
    else if (/[)\]}]/.test(char)) {
      depth -= 1
      if (depth < 0) return at
    } else if (depth === 0 && /[,;]/.test(char)) return at
  }
  return text.length
}

/** The values of a list, such as arguments or parameters: what stands between commas that are in no bracket. */
export function splitValues(text: string): readonly string[] {
  const plain = masked(text)
  const values: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at <= plain.length; at++) {
    const char = plain[at] ?? ','
    if (/[([{<]/.test(char)) depth += 1
    else if (/[)\]}]/.test(char) || (char === '>' && plain[at - 1] !== '=')) depth -= 1
    else if (char === ',' && depth <= 0) {
      values.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  return values.filter((value) => value !== '')
}

/** What a destructuring takes: each key, and what it is called from then on. Nested ones and defaults are left as they are. */
export const destructured = (inner: string): readonly (readonly [key: string, local: string])[] =>
  splitValues(inner).flatMap((entry): readonly (readonly [string, string])[] => {
    const [, key = '', local] = /^([\w$]+)\s*(?::\s*([\s\S]+?))?(?:\s*=(?!>)[\s\S]*)?$/.exec(entry) ?? []
    return key === '' ? [] : [[key, (local ?? key).trim()]]
  })
