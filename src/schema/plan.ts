/** What a migration does, step by step: between the changes and the file. Made by a dialect, written out by the renderer. */
import type { Column, ForeignKey, Index, Table } from './schema.ts'

/** Where a column of a rebuilt table has its values from. */
export interface ColumnCopy {
  readonly column: string
  /** A SQL expression over the old table; null: nobody knows, the developer must fill it in. */
  readonly expression: string | null
}

/** One step. `reason`: why it is SQL where a call would be expected, or why a table is rebuilt; null where nothing needs saying. */
export type PlanStep =
  | { readonly kind: 'create-table'; readonly table: Table; readonly sql: string; readonly reason: string | null }
  | { readonly kind: 'drop-table'; readonly table: string }
  | {
      readonly kind: 'add-column'
      readonly table: string
      readonly column: Column
      readonly foreignKey: ForeignKey | null
      readonly sql: string
      readonly reason: string | null
    }
  | {
      readonly kind: 'add-index'
      readonly table: string
      readonly index: Index
      readonly name: string
      readonly sql: string
      readonly reason: string | null
    }
  | { readonly kind: 'drop-index'; readonly table: string; readonly name: string }
  | { readonly kind: 'rename-table'; readonly from: string; readonly to: string }
  | { readonly kind: 'sql'; readonly sql: string; readonly reason: string }
  | {
      readonly kind: 'rebuild-table'
      readonly table: string
      /** Creates the table under the name `%s`. */
      readonly create: string
      readonly copy: readonly ColumnCopy[]
      /** Columns that are not there afterwards. */
      readonly gone: readonly string[]
      readonly reason: string
    }
