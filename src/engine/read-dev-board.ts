/** The dev database's board: read from its meta table and the migrations folder, without changing either. */
import type { Target } from '../database/target.ts'
import type { Board } from '../event/event.ts'
import { readBoard } from '../migration/board.ts'
import { type MigrationFile, orderOf, readMigrationFolder } from '../migration/migration-folder.ts'
import type { Project } from './project.ts'
import { readEdits } from './read-edits.ts'

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
export async function readDevPosition(project: Project, target: Target = project.config.dev): Promise<DevPosition> {
  const { config, dialect } = project
  const files = readMigrationFolder(config.migrations)
  const exists = await dialect.exists(target)
  const { logged, news } = exists ? await read() : { logged: [], news: undefined }
  const migrations = readBoard(files, logged, news, orderOf(config.migrations.sort))
  return { board: { url: config.dev.label, exists, migrations }, files, logged }

  async function read() {
    const connection = await dialect.openForReading(target, config.waitMs)
    try {
      const names = await dialect.readMetaTable(connection, config.migrations.meta)
      return { logged: names, news: await readEdits(project, connection, files) }
    } finally {
      await connection.close()
    }
  }
}
