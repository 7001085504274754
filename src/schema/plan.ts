/** What a migration does, step by step: between the changes and the file. Made by a dialect, written out by the renderer. */
import type { Column, ForeignKey, Index, Schema, Table } from './schema.ts'

/** For which direction is planned, and what must come out. */
export interface PlanSetting {
  /** A down that must fill a column invents nothing, it takes the zero value of the type. */
  readonly isDown: boolean
  /** The schema after all changes. */
  readonly to: Schema
}

/** Where a column of a rebuilt table has its values from. */
export interface ColumnCopy {
  readonly column: string
  /** A SQL expression over the old table; null: nobody knows, the developer must fill it in. */
  readonly expression: string | null
}

/** One step. `sql`: what it is in SQL. `reason`: why it is SQL where a call would be expected; null where the call is faithful. */
export type PlanStep =
  | { readonly kind: 'create-table'; readonly table: Table; readonly sql: string; readonly reason: string | null }
  | { readonly kind: 'drop-table'; readonly table: string; readonly sql: string; readonly reason: string | null }
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
  | {
      readonly kind: 'drop-index'
      readonly table: string
      readonly name: string
      readonly sql: string
      readonly reason: string | null
    }
  | {
      readonly kind: 'rename-table'
      readonly from: string
      readonly to: string
      readonly sql: string
      readonly reason: string | null
    }
  | { readonly kind: 'sql'; readonly sql: string; readonly reason: string }
  /** Steps that the database would refuse, or do more than asked, while it enforces foreign keys. */
  | { readonly kind: 'without-foreign-keys'; readonly steps: readonly PlanStep[]; readonly reason: string }
  /** Adds a column only where it is absent. */
  | { readonly kind: 'where-absent'; readonly table: string; readonly column: string; readonly step: PlanStep }
  | {
      readonly kind: 'rebuild-table'
      readonly table: string
      /** Creates the table under the name `%s`. */
      readonly create: string
      readonly copy: readonly ColumnCopy[]
      /** Columns that are not there afterwards. */
      readonly gone: readonly string[]
      /** Statements that re-create the indexes and triggers that are known. */
      readonly objects: readonly string[]
      /** Whether the number that the next row gets must be carried over. */
      readonly carriesCounter: boolean
      readonly reason: string
    }

/** What stands around statements: before, first, last and after the transaction. */
export interface TransactionSql {
  readonly off: readonly string[]
  readonly begin: readonly string[]
  readonly end: readonly string[]
  readonly on: readonly string[]
}

/** Columns of a step for which the developer must say what present rows get, as `table.column`. */
export const openColumns = (step: PlanStep): readonly string[] =>
  step.kind === 'rebuild-table'
    ? step.copy.flatMap(({ column, expression }) => (expression === null ? [`${step.table}.${column}`] : []))
    : []

/** Whether a step cannot run before the developer has filled something in. */
export const needsEdit = (step: PlanStep): boolean => openColumns(step).length > 0
