/** What does the head of a drafted migration say of itself? */
import { readFileSync } from 'node:fs'

/** The mark of a draft that its developer must finish. */
export const needsEditMark = 'needs-edit'

/** The mark of a draft that was kept although its test failed. */
export const notProvenMark = 'NOT PROVEN'

/** How much of a file belongs to its head, in characters. */
const headLength = 2_000
const marks = { 'needs-edit': needsEditMark, 'not-proven': notProvenMark } as const

/**
 * The mark of a migration: at most one, for a draft with a place that nobody filled in is not tested.
 * @param path of the file
 * @returns none where it has no mark, or cannot be read
 */
export function markOf(path: string): readonly (keyof typeof marks)[] {
  const head = readHead(path)
  const found = (['not-proven', 'needs-edit'] as const).find((mark) =>
    new RegExp(`^\\s*(?:/\\*|\\*|//|--)\\s*${marks[mark]}:`, 'm').test(head),
  )
  return found === undefined ? [] : [found]
}

function readHead(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, headLength)
  } catch {
    return ''
  }
}
