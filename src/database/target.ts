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
  /** Options for `new Sequelize(options)`: the address, and the settings. */
  readonly options: Readonly<Record<string, unknown>>
  /** What the project sets for every instance, whatever its database: `define`, `timezone`, hooks, … Plain JSON. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The configuration file, where some of the settings are functions, which only that file gives; else null. */
  readonly settingsFile: string | null
}

/**
 * The same database with the settings of another one.
 * @param target whose address is meant
 * @param from whose settings are meant
 */
export const withSettingsOf = (target: Target, { settings, settingsFile }: TargetSettings): Target => ({
  ...target,
  settings,
  settingsFile,
  options: { ...settings, ...addressOf(target) },
})

/** The part of a target that is the project's, and not the database's. */
export type TargetSettings = Pick<Target, 'settings' | 'settingsFile'>

export const noSettings: TargetSettings = { settings: {}, settingsFile: null }

/** The options that say which database is meant. */
export const addressOf = ({ options, settings }: Target): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(options).filter(([key]) => !(key in settings)))
