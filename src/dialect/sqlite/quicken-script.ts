/** A script whose INSERTs of one row each are joined, wherever nobody can tell. */
import type { Connection } from '../../database/connection.ts'
import type { ScriptPart } from '../script.ts'
import { foldName } from './sql-tokens.ts'

/**
 * Ordinary tables whose rows may come together: triggers could count the statements, a row that replaces another one would take its references
 * with it, and a row that refers to another row of its table must come after it, which SQLite looks at when a statement ends.
 * https://www.sqlite.org/foreignkeys.html#fk_deferred
 */
const joinable = `SELECT name FROM sqlite_master AS found
  WHERE type = 'table' AND sql NOT LIKE '%CONFLICT%' AND sql NOT LIKE 'CREATE VIRTUAL%'
    AND NOT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger')
    AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(found.name) AS key WHERE key."table" = found.name COLLATE NOCASE)`

/**
 * Puts a script together from its parts, joined where that does the same.
 * @param connection the database that it is for
 * @param parts what `joinInserts` made of it
 */
export async function quickenScript(connection: Connection, parts: readonly ScriptPart[]): Promise<string> {
  const isSame = parts.every(({ table }) => table === null)
  const found = isSame ? [] : await connection.all(joinable)
  const tables = new Set(found.map(({ name }) => foldName(String(name))))
  return parts.map(({ table, written, joined }) => (table !== null && tables.has(table) ? joined : written)).join('')
}
