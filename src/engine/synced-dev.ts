/** Whether dev holds already what a draft would add: sync() made it there, past the migrations. */
import type { Change } from '../schema/change.ts'
import type { Schema } from '../schema/schema.ts'
import type { Project } from './project.ts'

/**
 * Looks in dev for what would be added.
 * @param project the project
 * @param changes the draft's
 * @returns lines that say what is there, and what to do; none where nothing is
 */
export async function alreadyInDev(
  { config, dialect }: Project,
  changes: readonly Change[],
): Promise<readonly string[]> {
  const added = changes.filter(({ kind }) => kind === 'create-table' || kind === 'add-column')
  if (added.length === 0 || !(await dialect.exists(config.dev))) return []
  const dev = await dialect.introspect(config.dev, config.migrations.meta)
  const present = added.flatMap((change) => nameIn(dev, change))
  if (present.length === 0) return []
  const isAll = present.length === added.length
  return [
    `${config.dev.label} holds ${isAll ? 'all of it' : present.join(', ')} already, as sync() makes it, so that this migration cannot run there`,
    'devdb reset --dev recreates dev from its migrations, devdb drift --adopt keeps what dev has; the proof ran on an empty database',
  ]
}

function nameIn({ tables }: Schema, change: Change): readonly string[] {
  const table = tables[change.table]
  if (table === undefined) return []
  if (change.kind !== 'add-column') return [change.table]
  return table.columns.some(({ name }) => name === change.to.name) ? [`${change.table}.${change.to.name}`] : []
}
