/** One difference between two schemas. It carries both sides, so that it reverses without a look-up. */
import type { Column, ConflictAction, ForeignKey, Index, PrimaryKey, Table } from './schema.ts'

/** Which questions a changed column answers differently. */
export type ColumnAspect = 'type' | 'nullable' | 'default' | 'collation' | 'autoIncrement' | 'conflict'

/** What no model can declare: no draft of the models' needs changes it, and drift may concern it. */
export interface SchemaObject {
  readonly type: 'check' | 'trigger' | 'view' | 'option'
  readonly name: string | null
  readonly sql: string
  /** The conflict clause of a CHECK. */
  readonly conflict?: ConflictAction
}

export type Change =
  | { readonly kind: 'create-table'; readonly table: string; readonly to: Table }
  | { readonly kind: 'drop-table'; readonly table: string; readonly from: Table }
  | { readonly kind: 'rename-table'; readonly table: string; readonly to: string }
  | { readonly kind: 'rename-column'; readonly table: string; readonly from: string; readonly to: string }
  | { readonly kind: 'add-column'; readonly table: string; readonly to: Column }
  | { readonly kind: 'drop-column'; readonly table: string; readonly from: Column }
  | {
      readonly kind: 'alter-column'
      readonly table: string
      readonly from: Column
      readonly to: Column
      readonly aspects: readonly ColumnAspect[]
    }
  | {
      readonly kind: 'alter-primary-key'
      readonly table: string
      readonly from: PrimaryKey | null
      readonly to: PrimaryKey | null
    }
  | { readonly kind: 'add-index'; readonly table: string; readonly to: Index }
  | { readonly kind: 'drop-index'; readonly table: string; readonly from: Index }
  | { readonly kind: 'add-foreign-key'; readonly table: string; readonly to: ForeignKey }
  | { readonly kind: 'drop-foreign-key'; readonly table: string; readonly from: ForeignKey }
  | { readonly kind: 'add-object'; readonly table: string; readonly to: SchemaObject }
  | { readonly kind: 'drop-object'; readonly table: string; readonly from: SchemaObject }

/** The change that takes this one back. */
export function reverse(change: Change): Change {
  const { table } = change
  switch (change.kind) {
    case 'create-table':
      return { kind: 'drop-table', table, from: change.to }
    case 'drop-table':
      return { kind: 'create-table', table, to: change.from }
    case 'rename-table':
      return { ...change, table: change.to, to: table }
    case 'rename-column':
      return { ...change, from: change.to, to: change.from }
    case 'add-column':
      return { kind: 'drop-column', table, from: change.to }
    case 'drop-column':
      return { kind: 'add-column', table, to: change.from }
    case 'alter-column':
      return { ...change, from: change.to, to: change.from }
    case 'alter-primary-key':
      return { ...change, from: change.to, to: change.from }
    case 'add-index':
      return { kind: 'drop-index', table, from: change.to }
    case 'drop-index':
      return { kind: 'add-index', table, to: change.from }
    case 'add-foreign-key':
      return { kind: 'drop-foreign-key', table, from: change.to }
    case 'drop-foreign-key':
      return { kind: 'add-foreign-key', table, to: change.from }
    case 'add-object':
      return { kind: 'drop-object', table, from: change.to }
    case 'drop-object':
      return { kind: 'add-object', table, to: change.from }
    default:
      return change satisfies never
  }
}
