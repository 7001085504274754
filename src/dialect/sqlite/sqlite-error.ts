/** What SQLite's result codes mean to a developer. https://www.sqlite.org/rescode.html */
import { basename } from 'node:path'
import { type Code, DevdbError } from '../../error.ts'

/**
 * The result code's name, such as SQLITE_BUSY, of an error at any depth of causes; empty where there is none.
 * @param error what was caught
 */
export function codeOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const code = (inner as NodeJS.ErrnoException).code
    if (typeof code === 'string' && code.startsWith('SQLITE')) return code
  }
  return ''
}

/**
 * Whether an error says that no space was left, at any depth of causes; Sequelize calls the driver's error `parent`.
 * @param error what was caught
 */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, cause, parent } = error as NodeJS.ErrnoException & { readonly parent?: unknown }
  return code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'disk-full' || isDiskFull(cause ?? parent)
}

/**
 * The error to throw for what the driver reported.
 * @param error the driver's error
 * @param file the database
 * @param sql the statement that was running
 */
export function toSqliteError(error: Error, file: string, sql?: string): Error {
  // Only the code counts: a statement's own error may speak of malformed JSON, or of a table with such a name.
  const code = codeOf(error)
  const meaning = meanings.find(({ pattern }) => pattern.test(code === '' ? error.message : code))
  if (meaning === undefined) {
    const failed = new Error(error.message, { cause: error }) as Error & { sql?: string }
    if (sql !== undefined) failed.sql = sql
    return failed
  }
  return new DevdbError(meaning.code, `${basename(file)}: ${meaning.text} (${error.message})`, {
    file,
    hint: meaning.hint(file),
    cause: error,
  })
}

interface Meaning {
  readonly pattern: RegExp
  readonly code: Code
  readonly text: string
  hint(file: string): string
}

const meanings: readonly Meaning[] = [
  {
    pattern: /SQLITE_BUSY|SQLITE_LOCKED/,
    code: 'dev-busy',
    text: 'another connection holds the lock',
    hint: () => 'end the transaction of the application that has it open, then repeat',
  },
  {
    pattern: /SQLITE_CORRUPT|SQLITE_NOTADB|malformed|not a database/,
    code: 'dev-unreadable',
    text: 'this is no readable SQLite database',
    hint: (file) => `look at it with: sqlite3 '${file}' 'PRAGMA integrity_check'`,
  },
  { pattern: /SQLITE_FULL/, code: 'disk-full', text: 'no space left', hint: () => 'free some space, then repeat' },
  {
    pattern: /SQLITE_READONLY|SQLITE_PERM|readonly database/,
    code: 'dev-readonly',
    text: 'it cannot be written',
    hint: (file) => `look at the rights of the file and its folder: ls -l '${file}'`,
  },
  {
    pattern: /SQLITE_CANTOPEN|SQLITE_IOERR/,
    code: 'dev-unreadable',
    text: 'it cannot be opened or read',
    hint: (file) => `look whether it is a file, and at its rights and its folder's: ls -ld '${file}'`,
  },
]
