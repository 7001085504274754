/** Which table of a database holds the names of the applied migrations? Told by what is in it. */
import type { Target } from '../database/target.ts'
import { dialectNamed } from '../dialect/find-dialect.ts'
import { bareName } from '../migration/migration-folder.ts'
import type { MetaFound } from '../survey/proposal.ts'

/** What such tables are called, and how many columns they have at most: no table of an application's rows is read for this. */
const likely = { name: /meta|migrat|umzug|version/i, columns: 4 } as const

/**
 * Looks for it. The database is only read.
 * @param root the project
 * @param target the database
 * @param files names of the migrations
 * @returns null where there is no database, or no table that names one of them
 */
export async function findMetaTable(root: string, target: Target, files: readonly string[]): Promise<MetaFound | null> {
  const dialect = dialectNamed(target.dialect, root)
  if (!(await dialect.exists(target))) return null
  const nobody = { table: '', column: '', schema: null }
  const schema = await dialect.introspect(target, nobody)
  const names = new Set(files.map(bareName))
  const connection = await dialect.openForReading(target)
  try {
    const found: (MetaFound & { readonly known: number })[] = []
    for (const [table, { columns }] of Object.entries(schema.tables)) {
      if (!likely.name.test(table) || columns.length > likely.columns) continue
      const timestamps = ['createdAt', 'updatedAt'].every((own) => columns.some(({ name }) => name === own))
      for (const { name: column } of columns) {
        const noted = await dialect.readMetaTable(connection, { table, column, schema: null }).catch(() => [])
        const known = noted.filter((name) => names.has(bareName(name))).length
        if (known > 0) found.push({ table, column, timestamps, known })
      }
    }
    return found.sort((a, b) => b.known - a.known)[0] ?? null
  } finally {
    await connection.close()
  }
}
