/** Which files of a project are SQLite databases? */
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

/** The setting of a database that is to be made. */
export const newSqliteSetting = 'sqlite:dev.sqlite'

/** https://www.sqlite.org/fileformat.html#magic_header_string */
const magic = 'SQLite format 3\0'

/**
 * Looks at the first bytes of those that could be one by their names.
 * @param root the project
 * @param paths relative to it
 * @returns a setting for each, in order
 */
export const findSqliteFiles = (root: string, paths: readonly string[]): readonly string[] =>
  paths
    .filter((path) => /\.(?:sqlite3?|db3?)$/i.test(path) && hasMagic(join(root, path)))
    .map((path) => `sqlite:${path}`)

function hasMagic(path: string): boolean {
  const head = Buffer.alloc(magic.length)
  try {
    const file = openSync(path, 'r')
    try {
      // A file of nothing at all is an empty database, too, but might as well be anything else.
      return readSync(file, head, 0, head.length, 0) === head.length && head.toString('latin1') === magic
    } finally {
      closeSync(file)
    }
  } catch {
    return false
  }
}
