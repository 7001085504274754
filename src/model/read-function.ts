/** What the text of a function says: its parameters and what it does with them. Nothing of it is run. */

/** A function as its source has it. */
export interface FunctionText {
  /** Each parameter as it is written, without its default: a name, a pattern, or `...rest`. */
  readonly parameters: readonly string[]
  /** All after the parameters, without comments. */
  readonly body: string
}

/**
 * Reads a function.
 * @param value any function: an arrow, a method, a compiled one
 * @returns null for classes, and for functions without a source, as `bind` makes them
 */
export function readFunction(value: (...values: never[]) => unknown): FunctionText | null {
  const source = withoutComments(Function.prototype.toString.call(value)).trim()
  if (/^class\b/.test(source) || /\{\s*\[native code\]\s*\}$/.test(source)) return null
  const bare = /^(?:async\s+)?([\w$]+)\s*=>/.exec(source)
  if (bare !== null) return { parameters: [bare[1]!], body: source.slice(bare[0].length) }
  const open = openingOf(source)
  if (open < 0) return null
  const close = partnerOf(source, open)
  return {
    parameters: splitAtCommas(source.slice(open + 1, close)).map(withoutDefault),
    body: source.slice(close + 1),
  }
}

/** Where the parameters begin: after the name, which may be computed, as in `['name'](…)`. */
function openingOf(source: string): number {
  const named = /^(?:async\b\s*)?(?:function\b\s*)?(?:\*\s*)?(?:(?:get|set|static)\s+(?=[\w$[#'"]))?[\w$#]*\s*/.exec(
    source,
  )!
  const at = named[0].length
  if (source[at] === '(') return at
  if (source[at] === '[') return source.indexOf('(', partnerOf(source, at))
  const quoted = /^(['"])(?:\\.|(?!\1).)*\1\s*/.exec(source.slice(at))
  return quoted !== null && source[at + quoted[0].length] === '(' ? at + quoted[0].length : -1
}

/** The place of the bracket that closes the one at `open`. */
function partnerOf(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    const char = text[at]!
    if (isQuote(char)) at = endOfString(text, at)
    else if ('([{'.includes(char)) depth += 1
    else if (')]}'.includes(char)) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return text.length
}

function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (isQuote(char)) at = endOfString(text, at)
    else if ('([{'.includes(char)) at = partnerOf(text, at)
    else if (char === ',') {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)].map((part) => part.trim()).filter((part) => part !== '')
}

/** `name = 1` without its default; a pattern's own defaults stay. */
function withoutDefault(parameter: string): string {
  const end = /^[[{]/.test(parameter) ? partnerOf(parameter, 0) + 1 : parameter.indexOf('=')
  return (end < 0 ? parameter : parameter.slice(0, end)).trim()
}

const isQuote = (char: string): boolean => char === "'" || char === '"' || char === '`'

/** The place of the quote that ends the string at `at`. */
function endOfString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '\\') end += 1
    else if (text[end] === text[at]) return end
  }
  return text.length
}

/** Comments become spaces; what looks like one inside a string stays. */
const withoutComments = (source: string): string =>
  source.replace(/(['"])(?:\\.|(?!\1)[^\\\n])*\1|`(?:\\.|[^\\`])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (found) =>
    found.startsWith('/') ? ' ' : found,
  )
