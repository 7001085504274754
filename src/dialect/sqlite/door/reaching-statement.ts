/** Which statement opens a file by itself? ATTACH does, and VACUUM INTO: https://www.sqlite.org/lang_attach.html */
import { isKeyword, isSymbol, nameOf, type SqlToken, visitTokens } from '../sql-tokens.ts'

/** A statement that names another database. */
export interface ReachingStatement {
  /** The name as SQLite reads it; null where it is an expression, of which nobody knows the value before it runs. */
  readonly name: string | null
  /** Where the name begins and ends in the text. */
  readonly start: number
  readonly end: number
  /** Whether the file becomes part of the connection; otherwise it is written. */
  readonly isAttach: boolean
  /** The statement as it is written. */
  readonly sql: string
}

/**
 * Finds the statements of a text that open a file.
 * @param sql one or more statements
 */
export function reachingStatements(sql: string): readonly ReachingStatement[] {
  if (!/\b(?:attach|vacuum)\b/i.test(sql)) return []
  const found: ReachingStatement[] = []
  let tokens: SqlToken[] | null = []
  const conclude = (): void => {
    const statement = tokens === null ? null : reachOf(tokens, sql)
    if (statement !== null) found.push(statement)
    tokens = []
  }
  visitTokens(sql, (token) => {
    if (isSymbol(token, ';')) conclude()
    // Only the first word is of interest, and the rest of the two statements that can open a file.
    else if (tokens?.length === 0 && !isKeyword(token, 'ATTACH', 'VACUUM')) tokens = null
    else tokens?.push(token)
  })
  conclude()
  return found
}

/** `ATTACH [DATABASE] expr AS schema`, `VACUUM [schema] INTO expr`. */
function reachOf(tokens: readonly SqlToken[], sql: string): ReachingStatement | null {
  const [first] = tokens
  if (first === undefined) return null
  const isAttach = isKeyword(first, 'ATTACH')
  const into = tokens.findIndex((token) => isKeyword(token, 'INTO'))
  if (!isAttach && into === -1) return null
  const from = isAttach ? (isKeyword(tokens[1], 'DATABASE') ? 2 : 1) : into + 1
  const as = isAttach ? tokens.findIndex((token, index) => index > from && isKeyword(token, 'AS')) : tokens.length
  const expression = tokens.slice(from, as === -1 ? tokens.length : as)
  const [only] = expression
  if (only === undefined) return null
  const last = expression[expression.length - 1]!
  const isName = expression.length === 1 && only.kind !== 'symbol' && !/^[xX]'/.test(only.text)
  return {
    name: isName ? nameOf(only) : null,
    start: only.start,
    end: last.end,
    isAttach,
    sql: sql.slice(first.start, tokens[tokens.length - 1]!.end),
  }
}
