/** The indexes of a table: what the pragmas tell, and from their statements the expressions and conditions. https://www.sqlite.org/lang_createindex.html */
import type { Row } from '../../database/connection.ts'
import type { ConflictAction, Index, IndexPart } from '../../schema/schema.ts'
import { type DeclaredUnique, splitAtCommas } from './read-create-table.ts'
import { closingOf, foldName, isKeyword, isSymbol, readTokens } from './sql-tokens.ts'

/** What stands in the catalog about the indexes of one table. */
interface IndexRows {
  /** Of `index_list`, each with its `parts` of `index_xinfo`. */
  readonly indexes: readonly Row[]
  /** Statements by the index's name. */
  readonly statements: ReadonlyMap<string, string>
  /** What the table's statement says of UNIQUE. */
  readonly uniques: readonly DeclaredUnique[]
}

/** Reads the indexes of a table, but for that of its primary key. */
export function readIndexes({ indexes, statements, uniques }: IndexRows): readonly Index[] {
  return indexes
    .filter(({ origin }) => origin !== 'pk')
    .map((row) => {
      const name = String(row.name)
      const sql = statements.get(name) ?? null
      const rows = row.parts as readonly Row[]
      const texts = sql !== null && rows.some((part) => part.name === null) ? partTexts(sql) : []
      const conflict = row.origin === 'u' ? conflictOf(rows, uniques) : undefined
      return {
        name,
        unique: Number(row.unique) === 1,
        origin: row.origin === 'u' ? 'constraint' : 'index',
        parts: rows.map((part, index) => readPart(part, texts[index] ?? '')),
        where: sql === null || Number(row.partial) === 0 ? null : whereOf(sql),
        ...(conflict === undefined ? {} : { conflict }),
        sql,
      }
    })
}

/** Of two that are written alike SQLite keeps the one that says something. */
const conflictOf = (parts: readonly Row[], uniques: readonly DeclaredUnique[]): ConflictAction | undefined =>
  uniques.find(
    ({ columns, conflict }) =>
      conflict !== undefined &&
      columns.length === parts.length &&
      columns.every((name, index) => foldName(name) === foldName(String(parts[index]?.name))),
  )?.conflict

/** A part of an index. */
export const readPart = (row: Row, text = ''): IndexPart => ({
  column: row.name === null ? null : String(row.name),
  expression: row.name === null ? text : null,
  descending: Number(row.desc) === 1,
  // As it is written in the statement, in any case.
  collation: String(row.coll).toUpperCase() === 'BINARY' ? null : String(row.coll),
})

/** The parts of a CREATE INDEX as they are written, without their order. */
function partTexts(sql: string): readonly string[] {
  const tokens = readTokens(sql)
  const open = tokens.findIndex((token) => isSymbol(token, '('))
  return splitAtCommas(tokens.slice(open + 1, closingOf(tokens, open))).map((part) => {
    const last = part.at(isKeyword(part.at(-1), 'ASC', 'DESC') ? -2 : -1)
    return part[0] === undefined || last === undefined ? '' : sql.slice(part[0].start, last.end)
  })
}

function whereOf(sql: string): string | null {
  const where = readTokens(sql).find((token) => isKeyword(token, 'WHERE'))
  return where === undefined ? null : sql.slice(where.end).trim()
}
