/** Which tables statements may have changed: what they name after a verb, what triggers name, and what refers to it. */
import type { Schema } from '../../schema/schema.ts'
import { foldName, isKeyword, isSymbol, nameOf, readTokens } from './sql-tokens.ts'

/**
 * The tables whose rows may be others after some statements.
 * @param statements as they were sent
 * @param schema what was there before them
 * @returns names of the schema's tables
 */
export function writtenTables(statements: readonly string[], schema: Schema): ReadonlySet<string> {
  const tables = Object.values(schema.tables)
  const byKey = new Map(tables.map(({ name }) => [foldName(name), name]))
  const named = (sql: readonly string[]): readonly string[] =>
    sql.flatMap(targetsOf).flatMap((name) => byKey.get(foldName(name)) ?? [])
  const written = new Set(named(statements))
  for (let count = -1; count !== written.size; ) {
    count = written.size
    for (const { name, foreignKeys, triggers } of tables) {
      // ON DELETE and ON UPDATE reach the rows of children.
      if (foreignKeys.some(({ target }) => written.has(byKey.get(foldName(target)) ?? ''))) written.add(name)
      if (written.has(name)) for (const other of named(triggers.map(({ sql }) => sql))) written.add(other)
    }
  }
  return written
}

/** What follows INSERT INTO, REPLACE INTO, UPDATE, DELETE FROM, DROP TABLE and ALTER TABLE. */
function targetsOf(sql: string): readonly string[] {
  const tokens = readTokens(sql)
  return tokens.flatMap((token, index) => {
    if (!isKeyword(token, 'INTO', 'UPDATE', 'FROM', 'TABLE')) return []
    let at = index + 1
    if (isKeyword(token, 'UPDATE') && isKeyword(tokens[at], 'OR')) at += 2
    if (isKeyword(tokens[at], 'IF')) at += isKeyword(tokens[at + 1], 'NOT') ? 3 : 2
    // A table of another schema is written `main.users`.
    if (isSymbol(tokens[at + 1], '.')) at += 2
    const name = tokens[at]
    return name === undefined ? [] : [nameOf(name)]
  })
}
