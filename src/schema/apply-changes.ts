/** What a schema is after changes: pure, so that a plan can be made of it and a backward diff be had from it. */
import type { Change } from './change.ts'
import { partText, sameNames } from './rules.ts'
import type { ForeignKey, Index, Schema, Table } from './schema.ts'

/**
 * Applies changes in order.
 * @param schema what there is
 * @param changes what is to be made of it
 */
export const applyChanges = (schema: Schema, changes: readonly Change[]): Schema => changes.reduce(applyChange, schema)

function applyChange(schema: Schema, change: Change): Schema {
  switch (change.kind) {
    case 'create-table':
      return { ...schema, tables: { ...schema.tables, [change.table]: change.to } }
    case 'drop-table':
      return { ...schema, tables: without(schema.tables, change.table) }
    case 'rename-table':
      return renameTable(schema, change.table, change.to)
    case 'rename-column':
      return renameColumn(schema, change.table, change.from, change.to)
    default: {
      const table = schema.tables[change.table]
      return table === undefined
        ? schema
        : { ...schema, tables: { ...schema.tables, [change.table]: changeTable(table, change) } }
    }
  }
}

type InnerChange = Exclude<Change, { kind: 'create-table' | 'drop-table' | 'rename-table' | 'rename-column' }>

function changeTable(table: Table, change: InnerChange): Table {
  switch (change.kind) {
    case 'add-column':
      return { ...table, columns: [...table.columns, change.to] }
    case 'drop-column':
      return { ...table, columns: table.columns.filter(({ name }) => name !== change.from.name) }
    case 'alter-column':
      return {
        ...table,
        columns: table.columns.map((column) => (column.name === change.from.name ? change.to : column)),
      }
    case 'alter-primary-key':
      return { ...table, primaryKey: change.to }
    case 'add-index':
      return { ...table, indexes: [...table.indexes, change.to] }
    case 'drop-index':
      return { ...table, indexes: table.indexes.filter((index) => !isSameIndex(index, change.from)) }
    case 'add-foreign-key':
      return { ...table, foreignKeys: [...table.foreignKeys, change.to] }
    case 'drop-foreign-key':
      return { ...table, foreignKeys: table.foreignKeys.filter((key) => !isSameKey(key, change.from)) }
    default:
      return change satisfies never
  }
}

const isSameIndex = (a: Index, b: Index): boolean =>
  a.name === b.name && sameNames(a.parts.map(partText), b.parts.map(partText))

const isSameKey = (a: ForeignKey, b: ForeignKey): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Keys of other tables follow a renamed table, as ALTER TABLE RENAME has it. */
function renameTable(schema: Schema, from: string, to: string): Schema {
  const entries = Object.values(schema.tables).map((table): [string, Table] => {
    const foreignKeys = table.foreignKeys.map((key) => (key.target === from ? { ...key, target: to } : key))
    const name = table.name === from ? to : table.name
    return [name, { ...table, name, foreignKeys }]
  })
  return { ...schema, tables: Object.fromEntries(entries) }
}

function renameColumn(schema: Schema, table: string, from: string, to: string): Schema {
  const rename = (name: string): string => (name === from ? to : name)
  const entries = Object.values(schema.tables).map((other): [string, Table] => {
    const foreignKeys = other.foreignKeys.map((key) => ({
      ...key,
      columns: other.name === table ? key.columns.map(rename) : key.columns,
      targetColumns: key.target === table ? key.targetColumns.map(rename) : key.targetColumns,
    }))
    return [
      other.name,
      other.name === table ? renameInside({ ...other, foreignKeys }, rename) : { ...other, foreignKeys },
    ]
  })
  return { ...schema, tables: Object.fromEntries(entries) }
}

const renameInside = (table: Table, rename: (name: string) => string): Table => ({
  ...table,
  columns: table.columns.map((column) => ({ ...column, name: rename(column.name) })),
  primaryKey: table.primaryKey === null ? null : { ...table.primaryKey, columns: table.primaryKey.columns.map(rename) },
  indexes: table.indexes.map((index) => ({
    ...index,
    parts: index.parts.map((part) => (part.column === null ? part : { ...part, column: rename(part.column) })),
  })),
})

const without = <Value>(record: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))
