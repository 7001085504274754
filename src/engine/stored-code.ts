/** The code of migrations as it was when they were applied, as files that can be imported: beside the others, for what they import themselves. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import { DevdbError } from '../error.ts'
import { downPath, type MigrationFile } from '../migration/migration-folder.ts'
import { reach } from '../process/reach.ts'
import type { Project } from './project.ts'

/** How their names begin; what begins with a dot is no migration. */
const prefix = '.devdb-stored-'

/**
 * Makes the files, uses them, and removes them.
 * @param project the project
 * @param database whose ledger holds the code
 * @param names of the migrations
 * @param use gets a file for each name, in their order
 * @throws DevdbError `code-unknown` where the code of one is not stored
 */
export async function withStoredCode<Result>(
  project: Project,
  database: Target,
  names: readonly string[],
  use: (files: readonly MigrationFile[]) => Promise<Result>,
): Promise<Result> {
  const { dir } = project.config.migrations
  // A killed process may have left some.
  removeStoredCode(dir)
  try {
    const files: MigrationFile[] = []
    const connection = await project.dialect.openForReading(database)
    try {
      for (const name of names) {
        const code = await project.dialect.readStoredCode(connection, name)
        if (code === null) throw unknown(name)
        const path = join(dir, `${prefix}${name}`)
        writeFileSync(path, code.source)
        if (code.down !== null) writeFileSync(downPath(path), code.down)
        files.push({ name, path })
      }
    } finally {
      await connection.close()
    }
    reach('stored-code-written')
    return await use(files)
  } finally {
    removeStoredCode(dir)
  }
}

/**
 * Removes the files, also those that a killed process left.
 * @param dir the folder of the migrations; need not exist
 */
export function removeStoredCode(dir: string): void {
  for (const name of namesIn(dir)) if (name.startsWith(prefix)) rmSync(join(dir, name), { force: true })
}

/** A folder that cannot be read is named by who needs it. */
function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

const unknown = (name: string): DevdbError =>
  new DevdbError('code-unknown', `the code with which ${name} was applied is not stored: devdb did not apply it`, {
    migration: name,
    hint: 'bring its file back as it was, and downgrade',
  })
