/** What only the text of a CREATE TABLE holds: checks, collations, generated expressions, names, deferred keys. https://www.sqlite.org/lang_createtable.html */
import type { Check, ConflictAction } from '../../schema/schema.ts'
import { closingOf, isKeyword, isSymbol, nameOf, readTokens, type SqlToken } from './sql-tokens.ts'

/** A column, as far as the pragmas do not tell. */
export interface DeclaredColumn {
  readonly name: string
  readonly collation: string | null
  readonly generated: string | null
  readonly conflict?: ConflictAction
}

/** A UNIQUE, in the order of its columns. */
export interface DeclaredUnique {
  readonly columns: readonly string[]
  readonly conflict?: ConflictAction
}

/** A foreign key, as far as the pragmas do not tell. */
export interface DeclaredForeignKey {
  readonly name: string | null
  readonly columns: readonly string[]
  readonly target: string
  readonly deferred: boolean
}

export interface DeclaredTable {
  readonly columns: readonly DeclaredColumn[]
  readonly primaryKey: { readonly name: string | null; readonly conflict?: ConflictAction }
  readonly uniques: readonly DeclaredUnique[]
  /** Only the one column of an INTEGER PRIMARY KEY can have it. https://www.sqlite.org/autoinc.html */
  readonly hasAutoIncrement: boolean
  readonly foreignKeys: readonly DeclaredForeignKey[]
  readonly checks: readonly Check[]
  /** What stands after the columns, such as STRICT. */
  readonly options: readonly string[]
}

/** What may have a conflict clause. */
interface Conflicting {
  conflict?: ConflictAction
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] }

/** What has been read so far. */
interface Reading {
  readonly sql: string
  readonly columns: Mutable<DeclaredColumn>[]
  readonly foreignKeys: Mutable<DeclaredForeignKey>[]
  readonly checks: Mutable<Check>[]
  readonly uniques: Mutable<DeclaredUnique>[]
  readonly primaryKey: { name: string | null; conflict?: ConflictAction }
  hasAutoIncrement: boolean
}

/**
 * Reads the statement that made a table.
 * @param sql as sqlite_master holds it
 * @returns null where it is not understood
 */
export function readCreateTable(sql: string): DeclaredTable | null {
  const tokens = readTokens(sql)
  const open = tokens.findIndex((token) => isSymbol(token, '('))
  if (!isKeyword(tokens[0], 'CREATE') || isKeyword(tokens[1], 'VIRTUAL') || open < 0) return null
  const close = closingOf(tokens, open)
  if (!isSymbol(tokens[close], ')')) return null
  const reading: Reading = {
    sql,
    columns: [],
    foreignKeys: [],
    checks: [],
    uniques: [],
    primaryKey: { name: null },
    hasAutoIncrement: false,
  }
  for (const part of splitAtCommas(tokens.slice(open + 1, close))) readDefinition(reading, part)
  const { sql: _, ...read } = reading
  return { ...read, options: readOptions(tokens.slice(close + 1)) }
}

function readDefinition(reading: Reading, tokens: readonly SqlToken[]): void {
  const [first] = tokens
  if (first === undefined) return
  if (isKeyword(first, 'CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN')) {
    readConstraints(reading, tokens, null)
    return
  }
  const column: Mutable<DeclaredColumn> = { name: nameOf(first), collation: null, generated: null }
  reading.columns.push(column)
  readConstraints(reading, tokens.slice(1), column)
}

/**
 * Reads the constraints of a column, or those of the table: the commas between the latter may be missing.
 * @param column whose they are; null for the table
 */
function readConstraints(reading: Reading, tokens: readonly SqlToken[], column: Mutable<DeclaredColumn> | null): void {
  const { sql, foreignKeys } = reading
  let name: string | null = null
  let columns: readonly string[] = column === null ? [] : [column.name]
  let last: Conflicting | null = null
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    // Most of it are names, types and numbers.
    if (token?.kind !== 'symbol' && !isConstraintWord(token)) continue
    const next = tokens[index + 1]
    const group = isSymbol(next, '(') ? tokens.slice(index + 1, closingOf(tokens, index + 1) + 1) : []
    last = readConflicting(reading, { token, next, group, column, name }) ?? last
    if (isSymbol(token, '(')) index = closingOf(tokens, index)
    else if (isKeyword(token, 'CONSTRAINT')) {
      name = next === undefined ? null : nameOf(next)
      index += 1
    } else if (isKeyword(token, 'KEY') && column === null) {
      columns = namesIn(group)
      reading.hasAutoIncrement ||= group.some((part) => isKeyword(part, 'AUTOINCREMENT'))
    } else if (isKeyword(token, 'AUTOINCREMENT')) reading.hasAutoIncrement = true
    else if (isKeyword(token, 'COLLATE') && column !== null) column.collation = next === undefined ? null : nameOf(next)
    else if (isKeyword(token, 'AS') && column !== null && group.length > 0) column.generated = inside(sql, group)
    else if (isKeyword(token, 'ON') && isKeyword(next, 'CONFLICT')) setConflict(last, tokens[index + 2])
    else if (isKeyword(token, 'REFERENCES') && next !== undefined)
      foreignKeys.push({ name, columns, target: nameOf(next), deferred: false })
    else if (isKeyword(token, 'DEFERRABLE')) defer(foreignKeys.at(-1), tokens, index)
    // A name is that of one constraint.
    if (isKeyword(token, 'PRIMARY', 'CHECK', 'REFERENCES', 'UNIQUE', 'NOT', 'NULL', 'DEFAULT', 'COLLATE')) name = null
  }
}

/** A word at which a constraint may begin, with what follows and the name that was given before. */
interface Beginning {
  readonly token: SqlToken | undefined
  readonly next: SqlToken | undefined
  readonly group: readonly SqlToken[]
  readonly column: Mutable<DeclaredColumn> | null
  readonly name: string | null
}

/** Reads the beginning of a constraint that may have a conflict clause. @returns what the clause belongs to, or null */
function readConflicting(reading: Reading, { token, next, group, column, name }: Beginning): Conflicting | null {
  if (isKeyword(token, 'PRIMARY')) {
    reading.primaryKey.name = name
    return reading.primaryKey
  }
  if (isKeyword(token, 'CHECK')) {
    const check: Mutable<Check> = { name, expression: inside(reading.sql, group) }
    reading.checks.push(check)
    return check
  }
  if (isKeyword(token, 'UNIQUE')) {
    const unique: Mutable<DeclaredUnique> = { columns: column === null ? namesIn(group) : [column.name] }
    reading.uniques.push(unique)
    return unique
  }
  return isKeyword(token, 'NOT') && isKeyword(next, 'NULL') ? column : null
}

/** ABORT is what happens anyway. https://www.sqlite.org/lang_conflict.html */
function setConflict(constraint: Conflicting | null, word: SqlToken | undefined): void {
  const action = (['ROLLBACK', 'FAIL', 'IGNORE', 'REPLACE'] as const).find((each) => isKeyword(word, each))
  if (constraint !== null && action !== undefined) constraint.conflict = action
}

const constraintWords = new Set(
  'CONSTRAINT PRIMARY KEY AUTOINCREMENT COLLATE AS CHECK REFERENCES DEFERRABLE UNIQUE NOT NULL DEFAULT ON'.split(' '),
)

const isConstraintWord = (token: SqlToken | undefined): boolean =>
  token?.kind === 'word' && constraintWords.has(token.text.toUpperCase())

/** `[NOT] DEFERRABLE [INITIALLY DEFERRED]` belongs to the last key. Only the whole of it defers anything. https://www.sqlite.org/foreignkeys.html#fk_deferred */
function defer(key: Mutable<DeclaredForeignKey> | undefined, tokens: readonly SqlToken[], at: number): void {
  if (key === undefined) return
  key.deferred =
    !isKeyword(tokens[at - 1], 'NOT') && isKeyword(tokens[at + 1], 'INITIALLY') && isKeyword(tokens[at + 2], 'DEFERRED')
}

function readOptions(tokens: readonly SqlToken[]): readonly string[] {
  return splitAtCommas(tokens)
    .map((part) => part.map(({ text }) => text.toUpperCase()).join(' '))
    .filter((option) => option !== '')
    .sort()
}

/** The text between the parentheses that a group begins and ends with. */
function inside(sql: string, group: readonly SqlToken[]): string {
  const [first, last] = [group[0], group.at(-1)]
  return first === undefined || last === undefined ? '' : sql.slice(first.end, last.start).trim()
}

const namesIn = (group: readonly SqlToken[]): readonly string[] =>
  splitAtCommas(group.slice(1, -1)).flatMap(([first]) => (first === undefined ? [] : [nameOf(first)]))

/** The parts between the commas that stand in no parentheses. */
export function splitAtCommas(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const parts: SqlToken[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (isSymbol(token, '(')) depth += 1
    if (isSymbol(token, ')')) depth -= 1
    if (depth === 0 && isSymbol(token, ',')) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}
