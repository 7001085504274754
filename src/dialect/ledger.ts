/** What is remembered of applied migrations. */

/** What the ledger says of an applied migration. `at`: milliseconds since 1970. `hash`: of its code as it was. */
export interface LedgerEntry {
  readonly name: string
  readonly at: number
  readonly hash: string
}

/** What a change of dev adds to its ledger, with the code, and takes out of it. */
export interface LedgerChange {
  readonly applied: readonly (LedgerEntry & { readonly source: string })[]
  readonly reverted: readonly string[]
}
