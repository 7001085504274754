/** What SQLite's result codes mean to a developer. https://www.sqlite.org/rescode.html */
import { accessSync, closeSync, constants, openSync, statfsSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type Code, DevdbError } from '../../error.ts'
import { type SystemProblem, systemProblem } from '../../system-error.ts'

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
  // Only the code counts: a statement's own error may speak of malformed JSON, or of a table with such a name. That of a backup has none.
  const code = codeOf(error)
  const reported = code === '' ? error.message : code
  // SQLite opens a folder as if it were a file, and fails when it reads it.
  const name = /SQLITE_IOERR|disk I\/O error/.test(reported) && isFolder(file) ? 'SQLITE_CANTOPEN' : reported
  const problem = /SQLITE_CANTOPEN|SQLITE_IOERR|disk I\/O error|unable to open/.test(name) ? diagnose(file) : null
  if (problem !== null) {
    const { code: found, hint, message } = problem
    return new DevdbError(found, `${basename(file)}: ${message} (${error.message})`, { file, hint, cause: error })
  }
  const meaning = meanings.find(({ pattern }) => pattern.test(name))
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

const isFolder = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false

/** How little a disk has left, in bytes, when it has none: SQLite needs a page for a journal. */
const nothingLeft = 64 * 1024

/**
 * Why a database cannot be opened or read, where its folder shows it: SQLite reports no more than "I/O error" or "unable to open".
 * @returns null where the folder is as it should be
 */
function diagnose(file: string): SystemProblem | null {
  const folder = dirname(file)
  try {
    closeSync(openSync(folder, 'r'))
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < nothingLeft)
      return { code: 'disk-full', message: 'no space left', hint: 'free some space, then repeat' }
    accessSync(folder, constants.W_OK)
  } catch (error) {
    const problem = systemProblem(error as Error)
    // Whose rights are missing is told below, with the file's own.
    return problem?.code === 'file-failed' ? null : problem
  }
  return null
}

interface Meaning {
  readonly pattern: RegExp
  readonly code: Code
  readonly text: string
  hint(file: string): string
}

const meanings: readonly Meaning[] = [
  {
    pattern: /SQLITE_BUSY|SQLITE_LOCKED|database (?:table )?is locked/,
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
  {
    pattern: /SQLITE_FULL|database or disk is full/,
    code: 'disk-full',
    text: 'no space left',
    hint: () => 'free some space, then repeat',
  },
  {
    pattern: /SQLITE_READONLY|SQLITE_PERM|readonly database/,
    code: 'dev-readonly',
    text: 'it cannot be written',
    hint: (file) => `look at the rights of the file and its folder: ls -l '${file}'`,
  },
  {
    pattern: /SQLITE_IOERR|disk I\/O error/,
    code: 'disk-failed',
    text: 'the disk reported an error',
    hint: () => 'look at the disk and your quota, then repeat: df -h; quota -s; dmesg | tail',
  },
  {
    pattern: /SQLITE_CANTOPEN|unable to open/,
    code: 'dev-unreadable',
    text: 'it cannot be opened or read',
    hint: (file) => `look whether it is a file, and at its rights and its folder's: ls -ld '${file}'`,
  },
]
