/** A schema after renames, as ALTER TABLE has it: whatever refers to a name follows it. */
import { renamedIndexName } from './index-name.ts'
import { byName, type PrimaryKey, type Schema, type Table } from './schema.ts'
import { renameIn } from './sql-words.ts'

/** A column's new name. `table`: the name that its table has. */
export interface ColumnRename {
  readonly table: string
  readonly from: string
  readonly to: string
}

/**
 * Renames tables, all at once. Keys of other tables follow; so do indexes that are named after their table.
 * @param schema the schema
 * @param names new names by old ones
 */
export function renameTables(schema: Schema, names: ReadonlyMap<string, string>): Schema {
  const rename = (name: string): string => names.get(name) ?? name
  const tables = Object.values(schema.tables).map((table): Table => {
    const name = rename(table.name)
    return {
      ...table,
      name,
      foreignKeys: table.foreignKeys.map((key) => ({ ...key, target: rename(key.target) })),
      indexes: table.indexes.map((index) =>
        index.origin === 'constraint' ? index : { ...index, name: renamedIndexName(index.name, table.name, name) },
      ),
    }
  })
  return { ...schema, tables: byName(tables) }
}

/**
 * Renames columns, all at once.
 * @param schema the schema
 * @param renames the columns, with the present names of their tables
 */
export function renameColumns(schema: Schema, renames: readonly ColumnRename[]): Schema {
  const renameOf = (table: string) => (name: string) =>
    renames.find((each) => each.table === table && each.from.toLowerCase() === name.toLowerCase())?.to ?? name
  const tables = Object.values(schema.tables).map((table): Table => {
    const rename = renameOf(table.name)
    const foreignKeys = table.foreignKeys.map((key) => ({
      ...key,
      columns: key.columns.map(rename),
      targetColumns: key.targetColumns.map(renameOf(key.target)),
    }))
    return { ...renameInside(table, rename), foreignKeys }
  })
  return { ...schema, tables: byName(tables) }
}

const renameKey = ({ parts, ...key }: PrimaryKey, rename: (name: string) => string): PrimaryKey => ({
  ...key,
  columns: key.columns.map(rename),
  ...(parts === undefined
    ? {}
    : { parts: parts.map((part) => ({ ...part, column: part.column === null ? null : rename(part.column) })) }),
})

const renameInside = (table: Table, rename: (name: string) => string): Table => ({
  ...table,
  columns: table.columns.map((column) => ({
    ...column,
    name: rename(column.name),
    generated:
      column.generated === null
        ? null
        : { ...column.generated, expression: renameIn(column.generated.expression, rename) },
  })),
  primaryKey: table.primaryKey === null ? null : renameKey(table.primaryKey, rename),
  indexes: table.indexes.map((index) => ({
    ...index,
    where: index.where === null ? null : renameIn(index.where, rename),
    parts: index.parts.map((part) => ({
      ...part,
      column: part.column === null ? null : rename(part.column),
      expression: part.expression === null ? null : renameIn(part.expression, rename),
    })),
  })),
  checks: table.checks.map((check) => ({ ...check, expression: renameIn(check.expression, rename) })),
})
