/** Statements and scripts, as a dialect gives them and takes them. */

/** A statement as it went through the driver. */
export interface SentStatement {
  readonly database: string
  readonly sql: string
  readonly ms: number
  readonly error: string | null
}

/** A schema as a script. */
export interface SchemaScript {
  readonly sql: string
  /** How many tables of the user's it makes, without the meta table. */
  readonly tables: number
  /** The meta table's names in order of application. */
  readonly names: readonly string[]
}

/** A part of a script: INSERTs into one table, or anything else. */
export interface ScriptPart {
  /** In small letters; null where it is anything else. */
  readonly table: string | null
  readonly written: string
  /** The same rows in fewer statements. */
  readonly joined: string
}
