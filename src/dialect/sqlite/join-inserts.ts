/**
 * INSERTs of one row each, as `.dump` of SQLite's shell writes them, become INSERTs of many rows: SQLite takes twice as long to compile such a
 * statement as to run it.
 */
import type { ScriptPart } from '../script.ts'
import { findStatement } from './split-statements.ts'
import { foldName, nameOf, readTokens } from './sql-tokens.ts'

const name = '(?:[a-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*|"[^"]*(?:""[^"]*)*"|`[^`]*(?:``[^`]*)*`|\\[[^\\]]*\\])'

/** All before the row. */
const insertHead = new RegExp(
  `insert\\s+into\\s+(${name})\\s*(?:\\(\\s*${name}\\s*(?:,\\s*${name}\\s*)*\\)\\s*)?values\\s*`,
  'iy',
)

/**
 * A row of nothing but strings, blobs, NULL and numbers, with its end: what other expressions give may depend on the rows before it. Whether
 * these make sense together SQLite says. https://www.sqlite.org/lang_expr.html#literal_values_constants_
 */
const insertRow = /(\([-+.,\d\seE]*(?:(?:'[^']*'|[nN][uU][lL][lL]|[xX](?='))[-+.,\d\seE]*)*\))\s*(?:;|$)/y

/** How many become one statement; more of them gain nothing. */
const rowsTogether = 50

/** After how many other statements a script is none of literal rows. */
const othersAtMost = 200

/** Statements that make no table and no trigger. */
const plain = ['INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'SELECT', 'WITH', 'VALUES']

/**
 * Joins neighbouring INSERTs of literal rows into the same columns of one table.
 * @param script SQL that begins and ends no transaction
 * @returns the script in parts: neighbours are one part, and so is all in between
 */
export function joinInserts(script: string): readonly ScriptPart[] {
  const parts: ScriptPart[] = []
  let others = 0
  // Where the statements begin that are no part yet.
  let left = 0
  const keepOthers = (end: number): void => {
    const written = script.slice(left, end)
    if (written !== '') parts.push({ table: null, written, joined: written })
  }
  for (let from = 0; from < script.length; ) {
    const group = readGroup(script, skipBlanks(script, from))
    if (group !== null) {
      keepOthers(from)
      parts.push({ table: group.table, written: script.slice(from, group.next), joined: group.joined })
      left = from = group.next
      continue
    }
    const { next, words } = findStatement(script, from)
    // It may be told how many rows the statement before inserted: https://www.sqlite.org/lang_corefunc.html#changes
    if (words.includes('CHANGES')) return [{ table: null, written: script, joined: script }]
    if (words[0] !== undefined && !plain.includes(words[0])) break
    others += 1
    if (others > othersAtMost) break
    from = next
  }
  keepOthers(script.length)
  return parts
}

interface Group {
  readonly table: string
  readonly joined: string
  readonly next: number
}

/** The INSERTs from here on that have the same head; null where none begins here. */
function readGroup(script: string, start: number): Group | null {
  insertHead.lastIndex = start
  const [head, table] = insertHead.exec(script) ?? []
  if (head === undefined || table === undefined) return null
  const texts: string[] = []
  let next = start
  for (let at = start, rows = 0; script.startsWith(head, at); at = skipBlanks(script, next), rows++) {
    insertRow.lastIndex = at + head.length
    const row = insertRow.exec(script)?.[1]
    if (row === undefined) break
    if (rows % rowsTogether > 0) texts.push(',', row)
    else texts.push(rows > 0 ? ';\n' : '', head, row)
    next = insertRow.lastIndex
  }
  if (texts.length === 0) return null
  return { table: foldName(nameOf(readTokens(table)[0]!)), joined: `${texts.join('')};\n`, next }
}

const blank = /[ \t\n\f\r]*/y

function skipBlanks(script: string, from: number): number {
  blank.lastIndex = from
  blank.test(script)
  return blank.lastIndex
}
