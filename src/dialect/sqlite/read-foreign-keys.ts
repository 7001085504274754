/** The foreign keys of a table: what the pragma tells, and from the statement names and deferral. https://www.sqlite.org/foreignkeys.html */
import type { Row } from '../../database/connection.ts'
import { byName, type ForeignKey, type Schema, type Table } from '../../schema/schema.ts'
import type { DeclaredTable } from './read-create-table.ts'
import { foldName } from './sql-tokens.ts'

/**
 * Reads the foreign keys of a table.
 * @param keys rows of `foreign_key_list`, grouped by key
 * @param declared what the table's statement says
 */
export function readForeignKeys(keys: Iterable<readonly Row[]>, declared: DeclaredTable): readonly ForeignKey[] {
  const texts = [...declared.foreignKeys]
  const found = [...keys].map((parts): ForeignKey => {
    const columns = parts.map((row) => String(row.from))
    const first = parts[0]!
    const target = String(first.table)
    const at = texts.findIndex((text) => isSame(text.target, target) && isSameList(text.columns, columns))
    const [text] = at < 0 ? [] : texts.splice(at, 1)
    return {
      name: text?.name ?? null,
      columns,
      target,
      targetColumns: parts.flatMap((row) => (row.to === null ? [] : [String(row.to)])),
      onDelete: String(first.on_delete),
      onUpdate: String(first.on_update),
      deferred: text?.deferred ?? false,
    }
  })
  return found.sort(
    (a, b) => compare(JSON.stringify(a.columns), JSON.stringify(b.columns)) || compare(a.target, b.target),
  )
}

/**
 * Names what the keys refer to as it is called itself: they may spell it with other capitals, and one that names no columns means
 * the primary key.
 */
export function withTargets(tables: readonly Table[]): Schema['tables'] {
  const byFoldedName = new Map(tables.map((table) => [foldName(table.name), table]))
  const named = (key: ForeignKey): ForeignKey => {
    const target = byFoldedName.get(foldName(key.target))
    if (target === undefined) return key
    const targetColumns =
      key.targetColumns.length > 0
        ? key.targetColumns.map((name) => columnOf(target, name))
        : (target.primaryKey?.columns ?? [])
    return { ...key, target: target.name, targetColumns }
  }
  return byName(tables.map((table) => ({ ...table, foreignKeys: table.foreignKeys.map(named) })))
}

const columnOf = ({ columns }: Table, name: string): string =>
  columns.find((column) => isSame(column.name, name))?.name ?? name

const isSame = (a: string, b: string): boolean => foldName(a) === foldName(b)
const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, index) => isSame(name, b[index]!))
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
