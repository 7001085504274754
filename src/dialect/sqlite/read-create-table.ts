/** What only the text of a CREATE TABLE holds: checks, collations, generated expressions, names, deferred keys. https://www.sqlite.org/lang_createtable.html */
import { closingOf, isKeyword, isSymbol, readTokens, type SqlToken } from './sql-tokens.ts'

/** A column, as far as the pragmas do not tell. */
export interface DeclaredColumn {
  readonly name: string
  readonly collation: string | null
  readonly generated: string | null
  readonly autoIncrement: boolean
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
  readonly primaryKeyName: string | null
  readonly foreignKeys: readonly DeclaredForeignKey[]
  readonly checks: readonly { readonly name: string | null; readonly expression: string }[]
  /** Unique constraints in order of declaration: their columns. */
  readonly options: readonly string[]
}

interface Reading {
  readonly sql: string
  readonly columns: DeclaredColumn[]
  readonly foreignKeys: DeclaredForeignKey[]
  readonly checks: { readonly name: string | null; readonly expression: string }[]
  primaryKeyName: string | null
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
  const reading: Reading = { sql, columns: [], foreignKeys: [], checks: [], primaryKeyName: null }
  for (const part of splitAtCommas(tokens.slice(open + 1, close))) readDefinition(reading, part)
  const { columns, foreignKeys, checks, primaryKeyName } = reading
  return { columns, foreignKeys, checks, primaryKeyName, options: readOptions(tokens.slice(close + 1)) }
}

function readDefinition(reading: Reading, tokens: readonly SqlToken[]): void {
  if (isKeyword(tokens[0], 'CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN')) readTableConstraint(reading, tokens)
  else readColumn(reading, tokens)
}

function readTableConstraint(reading: Reading, tokens: readonly SqlToken[]): void {
  const name = isKeyword(tokens[0], 'CONSTRAINT') ? (tokens[1]?.text ?? null) : null
  const rest = name === null ? tokens : tokens.slice(2)
  if (isKeyword(rest[0], 'PRIMARY')) reading.primaryKeyName = name
  if (isKeyword(rest[0], 'CHECK')) reading.checks.push({ name, expression: inside(reading.sql, rest, 1) })
  if (isKeyword(rest[0], 'FOREIGN')) {
    const close = closingOf(rest, 2)
    readReference(reading, name, namesIn(rest.slice(3, close)), rest.slice(close + 1))
  }
}

function readColumn(reading: Reading, tokens: readonly SqlToken[]): void {
  const [first] = tokens
  if (first === undefined) return
  const column = {
    name: first.text,
    collation: null as string | null,
    generated: null as string | null,
    autoIncrement: false,
  }
  let constraint: string | null = null
  for (let index = 1; index < tokens.length; index++) {
    const token = tokens[index]
    if (isKeyword(token, 'CONSTRAINT')) constraint = tokens[++index]?.text ?? null
    else if (isKeyword(token, 'AUTOINCREMENT')) column.autoIncrement = true
    else if (isKeyword(token, 'PRIMARY')) reading.primaryKeyName = constraint
    else if (isKeyword(token, 'COLLATE')) column.collation = tokens[++index]?.text ?? null
    else if (isKeyword(token, 'CHECK'))
      reading.checks.push({ name: constraint, expression: inside(reading.sql, tokens, index + 1) })
    else if (isKeyword(token, 'AS') && isSymbol(tokens[index + 1], '('))
      column.generated = inside(reading.sql, tokens, index + 1)
    else if (isKeyword(token, 'REFERENCES')) readReference(reading, constraint, [column.name], tokens.slice(index))
    if (isSymbol(tokens[index], '(')) index = closingOf(tokens, index)
    else if (isKeyword(token, 'CHECK', 'AS') && isSymbol(tokens[index + 1], '(')) index = closingOf(tokens, index + 1)
  }
  reading.columns.push(column)
}

/** `REFERENCES target (columns) … [NOT] DEFERRABLE [INITIALLY DEFERRED]`. Only the whole of it defers anything. */
function readReference(
  reading: Reading,
  name: string | null,
  columns: readonly string[],
  tokens: readonly SqlToken[],
): void {
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text.toUpperCase() : kind === 'symbol' ? text : ''))
  const at = words.indexOf('DEFERRABLE')
  const deferred = at > 0 && words[at - 1] !== 'NOT' && words[at + 1] === 'INITIALLY' && words[at + 2] === 'DEFERRED'
  reading.foreignKeys.push({ name, columns, target: tokens[1]?.text ?? '', deferred })
}

function readOptions(tokens: readonly SqlToken[]): readonly string[] {
  return splitAtCommas(tokens)
    .map((part) => part.map(({ text }) => text.toUpperCase()).join(' '))
    .filter((option) => option !== '')
    .sort()
}

/** The text between the parentheses that begin at a token. */
function inside(sql: string, tokens: readonly SqlToken[], open: number): string {
  const [first, last] = [tokens[open], tokens[closingOf(tokens, open)]]
  return first === undefined || last === undefined ? '' : sql.slice(first.end, last.start).trim()
}

const namesIn = (tokens: readonly SqlToken[]): readonly string[] =>
  splitAtCommas(tokens).map((part) => part[0]?.text ?? '')

function splitAtCommas(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
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
