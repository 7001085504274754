/** Which database is meant: plain JSON that can cross a process boundary. */

/** The address of one database. Made by a dialect from a setting; nothing else takes it apart. */
export interface Target {
  /** Name of the dialect that made it. */
  readonly dialect: string
  /** What child processes get as DATABASE_URL. May hold a password: show `label` instead. */
  readonly url: string
  /** What people see: short, without a password. */
  readonly label: string
  /** The file, for dialects that have one. */
  readonly storage: string | null
  /** The server, or null for a database on this machine without one. */
  readonly host: string | null
  /** The database's own name, for guards and messages. */
  readonly name: string
  /** Options for `new Sequelize(options)`. */
  readonly options: Readonly<Record<string, unknown>>
}
