/** What a draft may cost, in rows of dev as it is now. */
import { type BrokenObject, describeObject } from '../dialect/broken-object.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import type { Change } from '../schema/change.ts'
import type { Schema } from '../schema/schema.ts'
import { mentions } from '../schema/sql-words.ts'
import { inOldNames } from './draft-changes.ts'
import type { Project } from './project.ts'

/** What a change may cost. */
export interface Hazard {
  readonly change: Change
  /** How many rows it concerns; 0 where it is no matter of rows. */
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
  project: Project,
  changes: readonly Change[],
  from: Schema,
): Promise<readonly Hazard[]> {
  const { config, dialect } = project
  if (changes.length === 0) return []
  const broken = await brokenHazards(project, changes, from)
  if (!(await dialect.exists(config.dev))) return broken
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
  return [...broken, ...hazards]
}

/** Triggers and views that use what goes; those that do not work already, where they stop the draft. */
async function brokenHazards(
  { config, dialect }: Project,
  changes: readonly Change[],
  from: Schema,
): Promise<readonly Hazard[]> {
  const dev = (await dialect.exists(config.dev)) ? await dialect.introspect(config.dev, config.migrations.meta) : null
  const { broken, blocking } = await dialect.foreseeBroken(from, changes, dev)
  const causeOf = ({ reason }: BrokenObject): Change =>
    changes.find((change) => {
      const name = change.kind === 'drop-column' ? change.from.name : change.table
      return change.kind.startsWith('drop-') && mentions(reason, name)
    }) ?? changes[0]!
  return [
    ...blocking.map((each) => ({
      change: changes[0]!,
      rows: 0,
      message: `${describeObject(each)} does not work (${each.reason}), and while it is there nothing can be renamed or dropped`,
    })),
    ...broken.map((each) => ({
      change: causeOf(each),
      rows: 0,
      message: `${describeObject(each)} would not work any more: ${each.reason}`,
    })),
  ]
}
