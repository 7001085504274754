/** What a change of dev notes in the ledger: the code that ran, or that it was taken back. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LedgerChange, LedgerEntry, StoredCode } from '../dialect/ledger.ts'
import type { Direction } from '../event/event.ts'
import { downPath, type MigrationFile } from '../migration/migration-folder.ts'
import { branchOf } from '../watch/git-head.ts'
import type { LoadedCode } from '../worker/operation/run-migrations.ts'
import { codeHash } from './read-edits.ts'

/** The code of migrations and the branch that it is on, by name. */
export type Sources = ReadonlyMap<string, StoredCode & Pick<LedgerEntry, 'branch'>>

/**
 * The code that ran, as the child that ran it reported it: the files may be others by now.
 * @param files all files
 * @param loaded what was reported
 */
export const sourcesOf = (files: readonly MigrationFile[], loaded: readonly LoadedCode[]): Sources =>
  new Map(
    loaded.flatMap(({ migration, source, down }) => {
      const file = files.find(({ name }) => name === migration)
      return file === undefined ? [] : [[migration, { source, down, branch: branchOf(dirname(file.path)) }] as const]
    }),
  )

/**
 * Reads the code of migrations that need not run, since dev has what they make.
 * @param files all files
 * @param names which
 */
export const readSources = (files: readonly MigrationFile[], names: readonly string[]): Sources =>
  new Map(
    files.flatMap(({ name, path }) => {
      const code = names.includes(name) ? readCode(path) : null
      return code === null ? [] : [[name, code] as const]
    }),
  )

/** Null where it cannot be read. */
function readCode(path: string): (StoredCode & Pick<LedgerEntry, 'branch'>) | null {
  const down = path.endsWith('.sql') ? downPath(path) : null
  try {
    return {
      source: readFileSync(path, 'utf8'),
      down: down !== null && existsSync(down) ? readFileSync(down, 'utf8') : null,
      branch: branchOf(dirname(path)),
    }
  } catch {
    return null
  }
}

/**
 * The change of the ledger.
 * @param direction of the change
 * @param done names of the migrations that succeeded, in order
 * @param sources their code
 */
export function ledgerChange(direction: Direction, done: readonly string[], sources: Sources): LedgerChange {
  if (direction === 'downgrade') return { applied: [], reverted: done }
  const at = Date.now()
  const applied = done.flatMap((name) => {
    const code = sources.get(name)
    return code === undefined ? [] : [{ name, at, hash: codeHash(code.source), ...code }]
  })
  return { applied, reverted: [] }
}
