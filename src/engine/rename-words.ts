/** Answers such as `users.nick:users.nickname`, read against what there is before and after. */
import { DevdbError } from '../error.ts'
import type { Change } from '../schema/change.ts'
import type { Schema } from '../schema/schema.ts'

/**
 * Reads `people:users`.
 * @throws DevdbError `usage` where it names no table before and after
 */
export function tableRename(words: string, before: Schema, after: Schema): Change {
  for (const table of Object.keys(before.tables)) {
    const to = words.slice(table.length + 1)
    if (words.startsWith(`${table}:`) && after.tables[to] !== undefined) return { kind: 'rename-table', table, to }
  }
  throw new DevdbError('usage', `"${words}" names no table before and after`, {
    hint: 'devdb diff shows what there is; then --rename-table old:new',
  })
}

/**
 * Reads `users.nick:users.nickname`. Names may hold dots and colons, so that the words are compared with what there is instead of taken apart.
 * @param before the schema after the tables were renamed
 * @param tables renames of tables: either name of one is understood
 * @throws DevdbError `usage` where it names no column before and after
 */
export function columnRename(words: string, before: Schema, after: Schema, tables: readonly Change[]): Change {
  for (const [name, table] of Object.entries(before.tables)) {
    const old = tables.find((change) => change.kind === 'rename-table' && change.to === name)?.table ?? name
    for (const { name: from } of table.columns)
      for (const { name: to } of after.tables[name]?.columns ?? [])
        if (from !== to && [name, old].some((prefix) => words === `${prefix}.${from}:${name}.${to}`))
          return { kind: 'rename-column', table: name, from, to }
  }
  throw new DevdbError('usage', `"${words}" names no column before and after`, {
    hint: 'devdb diff shows what there is; then --rename users.nick:users.nickname',
  })
}

/**
 * Nothing is renamed twice, and no two things get one name.
 * @throws DevdbError `usage`
 */
export function assertDistinct(renames: readonly Change[]): void {
  const ends = renames.flatMap((change) => {
    if (change.kind === 'rename-table') return [`table ${change.table} before`, `table ${change.to} after`]
    if (change.kind !== 'rename-column') return []
    return [`${change.table}.${change.from} before`, `${change.table}.${change.to} after`]
  })
  const twice = ends.find((end, index) => ends.indexOf(end) !== index)
  if (twice !== undefined) throw new DevdbError('usage', `two renames give ${twice}`, { hint: 'give one of them' })
}
