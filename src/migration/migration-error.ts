/** How a migration can fail, and what to do about it. */
import { dirname, relative } from 'node:path'
import { refusalHint, refusalIn } from '../door/refusal.ts'
import { DevdbError } from '../error.ts'
import type { Direction } from '../event/event.ts'
import { factsOf } from '../model/sequelize-error.ts'
import { moduleKindHint } from '../process/module-kind.ts'
import { packageHint } from '../process/package-hint.ts'
import { downPath, type MigrationFile } from './migration-folder.ts'

/** It began a transaction that it neither committed nor rolled back. */
export const leftOpen = (file: MigrationFile, cause?: unknown): DevdbError =>
  new DevdbError('migration-failed', `${file.name} left a transaction open`, {
    file: file.path,
    migration: file.name,
    hint: file.path.endsWith('.sql')
      ? 'end it with COMMIT'
      : 'await its commit() or rollback() before the migration returns',
    cause,
  })

/** It lacks the function, or the file, for this direction. */
export const irreversible = (file: MigrationFile, which: 'up' | 'down'): DevdbError =>
  which === 'down'
    ? new DevdbError('migration-irreversible', `${file.name} has no down`, {
        file: file.path,
        migration: file.name,
        hint: file.path.endsWith('.sql')
          ? `write ${relative(dirname(file.path), downPath(file.path))} beside ${file.name}`
          : 'export a function down from it',
      })
    : new DevdbError('migration-failed', `${file.name} exports no up`, {
        file: file.path,
        migration: file.name,
        hint: 'export a function up from it',
      })

/** What a migration threw, or the database said. */
export function migrationError(error: unknown, file: MigrationFile, direction: Direction): DevdbError {
  if (error instanceof DevdbError) return error
  // Umzug wraps what a migration throws: https://github.com/sequelize/umzug#errors
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (cause instanceof DevdbError) return cause
  const { message, ...statement } = factsOf(cause)
  const open = openColumn(message)
  if (open !== null)
    return new DevdbError('migration-failed', `${file.name} needs a value for ${open}`, {
      file: file.path,
      migration: file.name,
      hint: editHint,
      cause,
    })
  return new DevdbError('migration-failed', `${file.name}: ${message}`, {
    file: file.path,
    migration: file.name,
    hint:
      refusalIn(message) !== null
        ? refusalHint
        : (moduleKindHint(cause, file.path) ?? packageHint(cause, file.path) ?? repeatHint(direction)),
    cause,
    ...statement,
  })
}

/** It is not the migration's fault that there was no space for what it did. */
export function withoutSpace(error: unknown, file: MigrationFile, direction: Direction): DevdbError {
  const failed = migrationError(error, file, direction)
  return new DevdbError('disk-full', failed.message, {
    ...failed.parts,
    hint: `free some space, then repeat: devdb ${direction}`,
    cause: failed,
  })
}

/** What to do about a migration that failed. */
export const repeatHint = (direction: Direction): string => `mend the migration, then repeat: devdb ${direction}`

/** How the hint begins where a migration lacks what its own runner gives it. */
export const wantHint = 'let the configuration give what your runner gives, by migrations'

/** Whether a problem is of that kind: no other start of the replay helps then. */
export const isWant = (hint: string | undefined): boolean => hint?.startsWith(wantHint) === true

/** What to do about a draft in which the developer has not yet said what the present rows get. */
export const editHint = 'edit that line, then save: the TODO above it says how'

/** The column for which the fillIn of a draft wants a value; null where the message is another. */
const openColumn = (message: string): string | null =>
  /^(.+) is NOT NULL and has no default: write in this migration what the present rows get$/.exec(message)?.[1] ?? null
