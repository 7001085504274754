/** One open connection: the few things devdb itself asks of a database. */

/** A row as the driver gives it. */
export type Row = Readonly<Record<string, unknown>>

/** An open connection; whoever opened it closes it. */
export interface Connection {
  /**
   * Runs one statement and returns its rows.
   * @param sql one statement
   * @param values values for its placeholders, in order
   */
  all(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Runs any number of statements, separated by semicolons. */
  run(sql: string): Promise<void>
  close(): Promise<void>
}
