/** Where one SQL statement ends and the next begins, as the sqlite3 shell sees it. https://www.sqlite.org/c3ref/complete.html */

/** A statement of a script. `line`: its first line, counted from 1. */
export interface ScriptStatement {
  readonly sql: string
  readonly line: number
}

/** Comments, the four styles of quotes, words, and single characters. An unclosed one reaches to the end. */
const token =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|[A-Za-z_][\w$]*|\s+|[\s\S]/g

/**
 * Splits a script at the semicolons that end statements: not those in quotes, comments or the body of a trigger.
 * @param script SQL
 * @returns the statements without their semicolons; comments before a statement belong to it, a rest of comments is left out
 */
export function splitStatements(script: string): readonly ScriptStatement[] {
  const statements: ScriptStatement[] = []
  let current = newStatement(1)
  let line = 1
  for (const [text] of script.matchAll(token)) {
    if (text === ';' && !isInTrigger(current.words)) {
      if (current.words.length > 0) statements.push({ sql: current.text.trim(), line: current.line })
      current = newStatement(line)
    } else {
      if (!isBlank(text)) {
        if (current.words.length === 0) current.line = line
        current.words.push(text.toUpperCase())
      }
      current.text += text
    }
    line += text.split('\n').length - 1
  }
  if (current.words.length > 0) statements.push({ sql: current.text.trim(), line: current.line })
  return statements
}

const newStatement = (line: number) => ({ text: '', words: [] as string[], line })

const isBlank = (text: string): boolean => /^(?:\s|--|\/\*)/.test(text)

/** Inside `CREATE [TEMP|TEMPORARY] TRIGGER … ; END` a semicolon ends the statement only right after END, as sqlite3_complete() has it. */
function isInTrigger(words: readonly string[]): boolean {
  const start = words[0] === 'EXPLAIN' ? words.indexOf('CREATE') : 0
  if (words[start] !== 'CREATE') return false
  const isTemporary = words[start + 1] === 'TEMP' || words[start + 1] === 'TEMPORARY'
  if (words[start + (isTemporary ? 2 : 1)] !== 'TRIGGER') return false
  return !(words.at(-1) === 'END' && words.at(-2) === ';')
}
