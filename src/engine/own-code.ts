/** Which code in a dev database did this project's devdb store itself? What it does not know may be anybody's, and runs only when somebody agreed. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { Dialect } from '../dialect/dialect.ts'
import type { LedgerChange, StoredCode } from '../dialect/ledger.ts'
import { readKept } from './kept-json.ts'
import { replaceFile } from './own-folder.ts'

/** Names the code of a migration by its content: another character anywhere makes another id. */
export const codeIdOf = (name: string, { source, down }: StoredCode): string =>
  createHash('sha256')
    .update(JSON.stringify([name, source, down]))
    .digest('hex')

/** More migrations than a project has. */
const mostIds = 20_000

const fileOf = (folder: string): string => join(folder, 'own-code.json')

/**
 * The ids of the code that may run unasked. Where the file is gone there are none.
 * @param folder `.devdb`
 */
export function readOwnCode(folder: string): ReadonlySet<string> {
  const { ids } = readKept<{ readonly ids?: unknown }>(fileOf(folder), {})
  return new Set(Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [])
}

/**
 * Remembers code: what is stored now, or what somebody looked at and agreed to.
 * @param folder `.devdb`
 * @param ids of the code
 */
export function rememberOwnCode(folder: string, ids: readonly string[]): void {
  const known = readOwnCode(folder)
  const added = ids.filter((id) => !known.has(id))
  if (added.length > 0)
    replaceFile(fileOf(folder), `${JSON.stringify({ ids: [...known, ...added].slice(-mostIds) })}\n`)
}

/**
 * Writes the ledger of a working copy, and remembers that its code is this project's.
 * @param dialect of the copy
 * @param folder `.devdb`
 * @param copy what is to become dev
 * @param change what was applied and reverted
 */
export async function writeOwnLedger(
  dialect: Dialect,
  folder: string,
  copy: Target,
  change: LedgerChange,
): Promise<void> {
  try {
    rememberOwnCode(
      folder,
      change.applied.map((entry) => codeIdOf(entry.name, entry)),
    )
  } catch {
    // Then somebody is asked before it runs; dev does not depend on it.
  }
  await dialect.writeLedger(copy, change)
}
