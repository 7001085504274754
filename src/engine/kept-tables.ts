/** Which tables and columns a draft leaves alone, so that its test can say that they hold what they held. */
import type { KeptTable } from '../dialect/kept-state.ts'
import type { Change } from '../schema/change.ts'
import type { Schema } from '../schema/schema.ts'

/**
 * What changes leave alone.
 * @param schema the schema before
 * @param changes the draft's, renames first
 */
export function keptTables(schema: Schema, changes: readonly Change[]): readonly KeptTable[] {
  return Object.values(schema.tables).flatMap((table) => {
    const renamed = changes.find((change) => change.kind === 'rename-table' && change.table === table.name)
    const after = renamed?.kind === 'rename-table' ? renamed.to : table.name
    const own = changes.filter((change) => change.table === after && change.kind !== 'rename-table')
    if (own.some(({ kind }) => kind === 'drop-table')) return []
    // What is generated follows from the others.
    const stored = table.columns.filter(({ generated }) => generated === null)
    const columns = stored.map(({ name }) => {
      const rename = own.find((change) => change.kind === 'rename-column' && change.from === name)
      return { before: name, after: rename?.kind === 'rename-column' ? rename.to : name }
    })
    const touched = own.flatMap((change) =>
      change.kind === 'drop-column' || change.kind === 'alter-column' ? [change.from.name] : [],
    )
    return [{ before: table.name, after, columns: columns.filter((column) => !touched.includes(column.after)) }]
  })
}
