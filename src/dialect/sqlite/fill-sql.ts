/** What a model would have filled in, as SQL: for rows that were there before their column was. */
import type { Column } from '../../schema/schema.ts'

/** Times as Sequelize 6 writes them on SQLite, in UTC. https://www.sqlite.org/lang_datefunc.html */
const now: Readonly<Record<string, string>> = {
  datetime: "strftime('%Y-%m-%d %H:%M:%f', 'now') || ' +00:00'",
  date: "date('now')",
  time: "time('now')",
}

/** A random UUID of version 4 for each row. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4 */
const uuid = [
  'lower(hex(randomblob(4)))',
  "'-'",
  'lower(hex(randomblob(2)))',
  "'-4'",
  'substr(lower(hex(randomblob(2))), 2)',
  "'-'",
  "substr('89ab', 1 + (random() & 3), 1)",
  'substr(lower(hex(randomblob(2))), 2)',
  "'-'",
  'lower(hex(randomblob(6)))',
].join(' || ')

/**
 * The value for a row of a column that its model fills in.
 * @returns a SQL expression; null where the model fills in nothing, or nothing that suits the column
 */
export function fillSql({ annotation, meaning }: Column): string | null {
  if (annotation?.fill === 'now') return now[meaning.kind] ?? null
  if (annotation?.fill === 'uuid') return /^(?:uuid|text|(?:var)?char)$/.test(meaning.kind) ? uuid : null
  return null
}

/** The same in words, after "get". */
export const fillWords = (column: Column): string =>
  column.annotation?.fill === 'uuid' ? 'a random UUID' : 'the present time'
