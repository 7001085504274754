/** What a draft may cost, in rows of dev as it is now. */
import { applyChanges } from '../schema/apply-changes.ts'
import type { Change } from '../schema/change.ts'
import type { Schema } from '../schema/schema.ts'
import { inOldNames } from './draft-changes.ts'
import type { Project } from './project.ts'

/** What a change may cost. */
export interface Hazard {
  readonly change: Change
  readonly rows: number
  readonly message: string
}

/**
 * Counts the rows that changes concern; those that concern none are left out.
 * @param project the project
 * @param changes the draft's, renames first
 * @param from the schema before
 */
export async function countHazards(
  { config, dialect }: Project,
  changes: readonly Change[],
  from: Schema,
): Promise<readonly Hazard[]> {
  if (changes.length === 0 || !(await dialect.exists(config.dev))) return []
  const renames = changes.filter(({ kind }) => kind === 'rename-table' || kind === 'rename-column')
  const rest = changes.slice(renames.length)
  const to = applyChanges(
    from,
    rest.map((change) => inOldNames(change, renames)),
  )
  const connection = await dialect.openForReading(config.dev)
  const hazards: Hazard[] = []
  try {
    const queries = rest.flatMap((change) =>
      dialect.hazardsOf(inOldNames(change, renames), from, to).map((query) => ({ change, query })),
    )
    for (const { change, query } of queries) {
      // Pending migrations may yet make what the query names.
      const rows = await connection.all(query.sql).then(
        ([row]) => Number(row?.rows),
        () => 0,
      )
      const message = `${rows} ${query.meaning}`
      // Two changes of one column may say the same.
      if (rows > 0 && !hazards.some((hazard) => hazard.message === message)) hazards.push({ change, rows, message })
    }
  } finally {
    await connection.close()
  }
  return hazards
}
