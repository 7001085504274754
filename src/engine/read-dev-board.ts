/** The dev database's board: read from its meta table and the migrations folder, without changing either. */
import type { Target } from '../database/target.ts'
import type { Board } from '../event/event.ts'
import { readBoard } from '../migration/board.ts'
import { type MigrationFile, readMigrationFolder } from '../migration/migration-folder.ts'
import type { Project } from './project.ts'

/** Everything a change of dev is planned from. */
export interface DevPosition {
  readonly board: Board
  readonly files: readonly MigrationFile[]
  /** The meta table's names in order of application. */
  readonly logged: readonly string[]
}

/**
 * Reads where a database stands.
 * @param project the project
 * @param target dev, or the working copy that is to become it
 * @throws DevdbError `migrations-unreadable`, `migration-duplicate`, `dev-unreadable`, `dev-busy`
 */
export async function readDevPosition({ config, dialect }: Project, target: Target = config.dev): Promise<DevPosition> {
  const files = readMigrationFolder(config.migrations)
  const exists = await dialect.exists(target)
  const logged = exists ? await readLogged() : []
  return { board: { url: config.dev.label, exists, migrations: readBoard(files, logged) }, files, logged }

  async function readLogged(): Promise<readonly string[]> {
    const connection = await dialect.openForReading(target, config.waitMs)
    try {
      return await dialect.readMetaTable(connection, config.migrations.meta)
    } finally {
      await connection.close()
    }
  }
}
