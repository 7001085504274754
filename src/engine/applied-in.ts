/** Which migrations were applied when a snapshot was taken? */
import type { Target } from '../database/target.ts'
import type { Project } from './project.ts'

/**
 * Reads the meta table of a snapshot.
 * @param project the project
 * @param snapshot a copy that nobody else has open
 * @returns null where it cannot be read: a snapshot is worth keeping all the same
 */
export async function appliedIn({ config, dialect }: Project, snapshot: Target): Promise<readonly string[] | null> {
  try {
    // A connection that may write takes away again what it puts beside the copy.
    const connection = await dialect.openForWriting(snapshot)
    return await dialect.readMetaTable(connection, config.migrations.meta).finally(() => connection.close())
  } catch {
    return null
  }
}
