/** How many rows does each panel get, and which part of a list is seen? Pure arithmetic. */

/** What a panel needs at least, and what it would like, in rows. */
export interface RowWish {
  readonly least: number
  readonly most: number
}

/**
 * Shares rows among panels: first what each needs, then what each would like, both in the order given.
 * @param rows how many there are
 * @param wishes the panels, the most important one first
 * @returns rows for each panel, in the same order
 */
export function shareRows(rows: number, wishes: readonly RowWish[]): readonly number[] {
  let left = Math.max(0, rows)
  const take = (wanted: number): number => {
    const taken = Math.max(0, Math.min(wanted, left))
    left -= taken
    return taken
  }
  const needed = wishes.map(({ least, most }) => take(Math.min(least, most)))
  return wishes.map(({ most }, index) => needed[index]! + take(most - needed[index]!))
}

/** The part of a list that is seen. `before` and `after` count what is hidden; each of them takes a row of its own. */
export interface Slice {
  readonly before: number
  readonly start: number
  readonly end: number
  readonly after: number
}

/**
 * The part of a list around one line of it.
 * @param count how long the list is
 * @param focus index of the line that must be seen
 * @param rows how many rows there are, those for 'n more' included
 */
export function sliceAround(count: number, focus: number, rows: number): Slice {
  if (count <= rows) return { before: 0, start: 0, end: count, after: 0 }
  const first = Math.max(0, Math.min(focus - Math.floor(rows / 2), count - rows))
  const last = first + rows
  if (rows < 3) return { before: 0, start: first, end: last, after: 0 }
  const start = first === 0 ? 0 : first + 1
  const end = last === count ? count : last - 1
  return { before: start, start, end, after: count - end }
}

/**
 * The longest text that fits.
 * @param candidates the same thing said in ever fewer words
 * @param width in columns
 */
export const fittest = (candidates: readonly string[], width: number): string =>
  candidates.find((candidate) => candidate.length <= width) ?? candidates.at(-1) ?? ''

/**
 * Breaks a text between words; a word that is too long is broken where it must be.
 * @param text one line
 * @param width in columns
 */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let rest = text.trimEnd()
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width)
    const isWordBreak = space > 0 && rest.slice(0, space).trim() !== ''
    lines.push(rest.slice(0, isWordBreak ? space : width).trimEnd())
    rest = rest.slice(isWordBreak ? space + 1 : width)
  }
  return [...lines, rest]
}
