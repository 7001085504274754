/** What cannot stay when something else goes: indexes, keys and generated columns over a dropped column, keys that refer to a dropped table. */
import { applyChanges } from './apply-changes.ts'
import type { Change } from './change.ts'
import { inOrder } from './order.ts'
import type { Schema, Table } from './schema.ts'
import { mentions } from './sql-words.ts'

/**
 * Adds the changes that others bring with them.
 * @param from the schema before; renames are applied to it already
 * @param changes what is to be done, without renames
 */
export function withConsequences(from: Schema, changes: readonly Change[]): readonly Change[] {
  const all = [...changes]
  for (let count = -1; count !== all.length; ) {
    count = all.length
    const left = applyChanges(from, all)
    for (const table of Object.values(left.tables)) {
      if (from.tables[table.name] !== undefined) all.push(...orphansOf(table, from.tables[table.name]!, left, from))
    }
  }
  return all.length === changes.length ? changes : inOrder(all)
}

/** Changes for what in a table stands on something that is no longer there. */
function orphansOf(table: Table, before: Table, left: Schema, from: Schema): readonly Change[] {
  const names = new Set(table.columns.map(({ name }) => name.toLowerCase()))
  const gone = before.columns.map(({ name }) => name).filter((name) => !names.has(name.toLowerCase()))
  const isGone = (sql: string | null): boolean => sql !== null && gone.some((name) => mentions(sql, name))
  const changes: Change[] = []
  for (const column of table.columns)
    if (column.generated !== null && isGone(column.generated.expression))
      changes.push({ kind: 'drop-column', table: table.name, from: column })
  for (const index of table.indexes)
    if (
      isGone(index.where) ||
      index.parts.some(({ column, expression }) => (column !== null && gone.includes(column)) || isGone(expression))
    )
      changes.push({ kind: 'drop-index', table: table.name, from: index })
  for (const key of table.foreignKeys) {
    const isTargetGone = left.tables[key.target] === undefined && from.tables[key.target] !== undefined
    if (isTargetGone || key.columns.some((name) => gone.includes(name)))
      changes.push({ kind: 'drop-foreign-key', table: table.name, from: key })
  }
  const primary = table.primaryKey
  if (primary?.columns.some((name) => gone.includes(name)) === true)
    changes.push({ kind: 'alter-primary-key', table: table.name, from: primary, to: null })
  return changes
}
