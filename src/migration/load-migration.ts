/** A migration's file as it is loaded: its exports and the very text that they come from. Called in a child process only. */
import { readFileSync } from 'node:fs'
import { DevdbError } from '../error.ts'
import type { MigrationFile } from './migration-folder.ts'

/** What was loaded. */
export interface LoadedMigration {
  readonly exported: unknown
  readonly source: string
}

const mostAttempts = 5

/**
 * Loads it. Somebody may save it in the same moment: a text that is the same before and after is the one that was read between, and otherwise the
 * file is loaded again.
 * @param file the migration
 * @param importFile imports it
 * @throws DevdbError `migration-failed` where it changes each time; whatever the file throws
 */
export async function loadMigration(
  file: MigrationFile,
  importFile: (path: string, again?: number) => Promise<unknown>,
): Promise<LoadedMigration> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const source = textOf(file.path)
    const exported = await importFile(file.path, attempt)
    if (source !== null && source === textOf(file.path)) return { exported, source }
  }
  throw new DevdbError('migration-failed', `${file.name} changed each time while it was loaded`, {
    file: file.path,
    migration: file.name,
    hint: 'look what writes to it, then repeat',
  })
}

/** Null: it is gone, which its import reports. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
