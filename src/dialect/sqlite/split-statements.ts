/** Where one SQL statement ends and the next begins, as the sqlite3 shell sees it. https://www.sqlite.org/c3ref/complete.html */

/** A statement of a script. `line`: its first line, counted from 1. */
export interface ScriptStatement {
  readonly sql: string
  readonly line: number
}

/** Comments, the four styles of quotes, words, and single characters. An unclosed one reaches to the end. */
const token =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|[A-Za-z_][\w$]*|\s+|[\s\S]/g

/** Where a statement of a script lies; all places are indexes of the script. */
export interface StatementPlace {
  /** Its first word, after blanks and comments. */
  readonly start: number
  /** Its semicolon, or the end of the script. */
  readonly end: number
  /** Where the next one begins. */
  readonly next: number
  /** Its words and symbols, in capitals; none where only blanks and comments are left. */
  readonly words: readonly string[]
}

/**
 * Splits a script at the semicolons that end statements: not those in quotes, comments or the body of a trigger.
 * @param script SQL
 * @returns the statements without their semicolons; comments before a statement belong to it, a rest of comments is left out
 */
export function splitStatements(script: string): readonly ScriptStatement[] {
  const statements: ScriptStatement[] = []
  let line = 1
  for (let from = 0; from < script.length; ) {
    const { start, end, next, words } = findStatement(script, from)
    const lineOfStart = line + countLines(script, from, start)
    if (words.length > 0) statements.push({ sql: script.slice(from, end).trim(), line: lineOfStart })
    line = lineOfStart + countLines(script, start, next)
    from = next
  }
  return statements
}

/**
 * Finds one statement of a script.
 * @param script SQL
 * @param from where the one before ended
 */
export function findStatement(script: string, from: number): StatementPlace {
  const words: string[] = []
  let start = script.length
  token.lastIndex = from
  for (let at = from; at < script.length; at = token.lastIndex) {
    const text = token.exec(script)![0]
    if (text === ';' && !isInTrigger(words)) return { start: Math.min(start, at), end: at, next: at + 1, words }
    if (isBlank(text)) continue
    if (words.length === 0) start = at
    words.push(text.toUpperCase())
  }
  return { start, end: script.length, next: script.length, words }
}

const countLines = (script: string, from: number, to: number): number => script.slice(from, to).split('\n').length - 1

const isBlank = (text: string): boolean => /^(?:\s|--|\/\*)/.test(text)

/** Inside `CREATE [TEMP|TEMPORARY] TRIGGER … ; END` a semicolon ends the statement only right after END, as sqlite3_complete() has it. */
function isInTrigger(words: readonly string[]): boolean {
  const start = words[0] === 'EXPLAIN' ? words.indexOf('CREATE') : 0
  if (words[start] !== 'CREATE') return false
  const isTemporary = words[start + 1] === 'TEMP' || words[start + 1] === 'TEMPORARY'
  if (words[start + (isTemporary ? 2 : 1)] !== 'TRIGGER') return false
  return !(words.at(-1) === 'END' && words.at(-2) === ';')
}
