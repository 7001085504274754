/** What a database is: plain readonly JSON, names instead of pointers, in one canonical order. */

/** What a type text means, so that two spellings of one type are equal. Lengths in characters, precision and scale in digits. */
export interface TypeMeaning {
  /** The family, such as `text`, `integer`, `boolean`; the text itself where no family is known. */
  readonly kind: string
  /** What stands in the parentheses. */
  readonly size: readonly number[]
}

/** What one column's model attribute says beyond what the database keeps. */
export interface Annotation {
  /** What the model fills in when a row brings no value: the present time, or a random UUID. */
  readonly fill: 'now' | 'uuid' | null
  /** The values of an ENUM, or null. */
  readonly values: readonly string[] | null
}

export interface Column {
  readonly name: string
  /** As declared. */
  readonly type: string
  readonly meaning: TypeMeaning
  readonly nullable: boolean
  /** The SQL expression as written, or null. */
  readonly default: string | null
  /** Null where it is the dialect's own default. */
  readonly collation: string | null
  readonly generated: { readonly expression: string; readonly kind: 'stored' | 'virtual' } | null
  readonly autoIncrement: boolean
  /** What becomes of a statement that brings NULL. */
  readonly conflict?: ConflictAction
  /** What the model says of it that no database keeps; it is no part of what a column is. */
  readonly annotation?: Annotation
}

/** What becomes of a statement that a constraint refuses, where its table says so itself. */
export type ConflictAction = 'ROLLBACK' | 'FAIL' | 'IGNORE' | 'REPLACE'

export interface PrimaryKey {
  readonly name: string | null
  readonly columns: readonly string[]
  /** Its columns with what their names do not say: an order, or a collation that is not the column's. Absent where they say all. */
  readonly parts?: readonly IndexPart[]
  readonly conflict?: ConflictAction
}

/** A column of an index: a name, or an expression. */
export interface IndexPart {
  readonly column: string | null
  readonly expression: string | null
  readonly descending: boolean
  readonly collation: string | null
}

/** An index. Unique constraints are unique indexes whose `origin` is the constraint. */
export interface Index {
  readonly name: string
  readonly unique: boolean
  readonly origin: 'index' | 'constraint'
  readonly parts: readonly IndexPart[]
  /** The condition of a partial index. */
  readonly where: string | null
  readonly conflict?: ConflictAction
  /** The statement that makes it, or null for a constraint. */
  readonly sql: string | null
}

export interface ForeignKey {
  readonly name: string | null
  readonly columns: readonly string[]
  readonly target: string
  /** The primary key where the statement names none. */
  readonly targetColumns: readonly string[]
  readonly onDelete: string
  readonly onUpdate: string
  readonly deferred: boolean
}

export interface Check {
  readonly name: string | null
  readonly expression: string
  readonly conflict?: ConflictAction
}

/** A trigger or a view, which devdb preserves and does not understand. */
export interface Dependent {
  readonly name: string
  readonly sql: string
}

export interface Table {
  readonly name: string
  /** In the table's own order. */
  readonly columns: readonly Column[]
  readonly primaryKey: PrimaryKey | null
  /** In name order; so are all lists below. */
  readonly indexes: readonly Index[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly checks: readonly Check[]
  readonly triggers: readonly Dependent[]
  /** What else its statement says, such as STRICT. */
  readonly options: readonly string[]
  readonly sql: string
}

/** Something that could not be read; it is reported, never dropped. */
export interface Unread {
  readonly object: string
  readonly reason: string
}

export interface Schema {
  readonly tables: Readonly<Record<string, Table>>
  readonly views: readonly Dependent[]
  readonly unread: readonly Unread[]
}

/** Tables by their names, whatever these are: one that is called `constructor` is no other than the rest. */
export function byName(tables: Iterable<Table>): Schema['tables'] {
  const record: Record<string, Table> = Object.create(null)
  for (const table of tables) record[table.name] = table
  return record
}
