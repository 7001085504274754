/** What sequelize-cli is told by a project: its `.sequelizerc` and its config file. Both are code, so a child reads them. */

/** The settings, without any secret. */
export interface CliSettings {
  /** `.sequelizerc`, or null where there is none. */
  readonly rcFile: string | null
  /** The config file relative to the root; null where there is none. */
  readonly configFile: string | null
  /** What `.sequelizerc` says, relative to the root. */
  readonly paths: { readonly models?: string; readonly migrations?: string; readonly seeders?: string }
  /** Names of the environments in the config file. */
  readonly environments: readonly string[]
  /** The one that was read. */
  readonly environment: string | null
  readonly database: CliDatabase | null
  /** Why the config file could not be read; null where it could, or there is none. */
  readonly fault: string | null
}

/** A database of the config file. */
export interface CliDatabase {
  readonly dialect: string | null
  readonly storage: string | null
  /** `use_env_variable`. */
  readonly variable: string | null
  /** `url`; null where it holds a password. */
  readonly url: string | null
  /** Whether a password stands in the file. */
  readonly hasSecret: boolean
  readonly metaTable: string | null
  readonly metaSchema: string | null
  /** Whether the meta table has `createdAt` and `updatedAt`: `migrationTimestamps`. */
  readonly hasMetaTimestamps: boolean
  /** Where applied names are kept where that is no table: `json` or `none`; null for the usual table. */
  readonly metaStorage: string | null
  /** Whether seeders are noted in a table of their own: `seederStorage: 'sequelize'`. */
  readonly notesSeeders: boolean
  /** Options that decide what models and migrations make; left out for none. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** The environment that counts where nothing else is said: https://github.com/sequelize/cli#usage */
export const usualEnvironment = 'development'
