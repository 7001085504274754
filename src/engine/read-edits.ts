/** Which applied migrations have been edited since, and whether the edit means anything. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { Connection } from '../database/connection.ts'
import type { LedgerNews } from '../migration/board.ts'
import { codeEssence } from '../migration/code-essence.ts'
import { bareName, type MigrationFile } from '../migration/migration-folder.ts'
import type { Project } from './project.ts'

/** Two contents are compared once. */
const judged = new Map<string, 'real' | 'cosmetic'>()

/** Null where it cannot be read: nothing is said of it then, and running it tells why. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** The hash of a migration's code as it is. */
export const codeHash = (source: string): string => createHash('sha256').update(source).digest('hex')

/**
 * Compares the files with what was applied.
 * @param project the project
 * @param connection dev
 * @param files the migration files
 */
export async function readEdits(
  { dialect }: Project,
  connection: Connection,
  files: readonly MigrationFile[],
): Promise<LedgerNews> {
  const entries = await dialect.readLedger(connection)
  const edited = new Map<string, 'real' | 'cosmetic'>()
  for (const { name, hash } of entries) {
    const file = files.find((each) => bareName(each.name) === bareName(name))
    if (file === undefined) continue
    const source = readText(file.path)
    if (source === null) continue
    const now = codeHash(source)
    if (now === hash) continue
    const key = `${hash} ${now}`
    const verdict = judged.get(key) ?? (await judge(name, file, source))
    judged.set(key, verdict)
    edited.set(bareName(name), verdict)
  }
  return {
    stored: new Set(entries.map(({ name }) => bareName(name))),
    edited,
    branches: new Map(entries.flatMap(({ name, branch }) => (branch === null ? [] : [[bareName(name), branch]]))),
  }

  async function judge(name: string, file: MigrationFile, source: string): Promise<'real' | 'cosmetic'> {
    const stored = (await dialect.readStoredCode(connection, name))?.source ?? ''
    const essence = (text: string, path: string): Promise<string> =>
      codeEssence(text, extname(path), (script) => dialect.splitStatements(script))
    const [before, after] = await Promise.all([essence(stored, file.path), essence(source, file.path)])
    return before === after ? 'cosmetic' : 'real'
  }
}
