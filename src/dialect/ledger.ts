/** What is remembered of applied migrations. */

/**
 * What the ledger says of an applied migration. `at`: milliseconds since 1970. `hash`: of its code as it was. `branch`: what was checked out then;
 * null where that is not known.
 */
export interface LedgerEntry {
  readonly name: string
  readonly at: number
  readonly hash: string
  readonly branch: string | null
}

/** The code of a migration as it was when it was applied. */
export interface StoredCode {
  readonly source: string
  /** Of a SQL migration its way back, which is a file of its own; else null. */
  readonly down: string | null
}

/** What a change of dev adds to its ledger, with the code, and takes out of it. */
export interface LedgerChange {
  readonly applied: readonly (LedgerEntry & StoredCode)[]
  readonly reverted: readonly string[]
}
