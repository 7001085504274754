/** JSON as people's editors write it. */

/** A byte order mark, which some editors put in front of every file. https://www.unicode.org/faq/utf_bom.html#bom5 */
const mark = '\uFEFF'

/** A text without its byte order mark. */
export const withoutMark = (text: string): string => (text.startsWith(mark) ? text.slice(1) : text)

/**
 * Reads a text as JSON, with or without a byte order mark.
 * @throws SyntaxError
 */
export const parseJson = (text: string): unknown => JSON.parse(withoutMark(text)) as unknown
