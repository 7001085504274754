/** What a change of dev notes in the ledger: the code that ran, or that it was taken back. */
import { readFileSync } from 'node:fs'
import type { LedgerChange } from '../dialect/ledger.ts'
import type { Direction } from '../event/event.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { codeHash } from './read-edits.ts'

/**
 * Reads the code of migrations right before they run.
 * @param files all files
 * @param names which
 */
export const readSources = (files: readonly MigrationFile[], names: readonly string[]): ReadonlyMap<string, string> =>
  new Map(files.filter(({ name }) => names.includes(name)).map(({ name, path }) => [name, readFileSync(path, 'utf8')]))

/**
 * The change of the ledger.
 * @param direction of the change
 * @param done names of the migrations that succeeded, in order
 * @param sources their code
 */
export function ledgerChange(
  direction: Direction,
  done: readonly string[],
  sources: ReadonlyMap<string, string>,
): LedgerChange {
  if (direction === 'downgrade') return { applied: [], reverted: done }
  const at = Date.now()
  const applied = done.flatMap((name) => {
    const source = sources.get(name)
    return source === undefined ? [] : [{ name, at, hash: codeHash(source), source }]
  })
  return { applied, reverted: [] }
}
