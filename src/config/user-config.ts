/** What `defineConfig` takes: the untrusted form of a configuration, in types. */

/** A database as the `env` function sees it. `storage`: its file, or null where it has none. */
export interface EnvTarget {
  readonly url: string
  readonly storage: string
}

/** A scripted step: exactly one of `run`, `module` and `sql`. */
export interface UserStep {
  /** What the screen calls it; by default what it runs. */
  readonly name?: string
  /** A command: a string runs in a shell, a list does not. */
  readonly run?: string | readonly string[]
  /** A sequelize-cli seeder. */
  readonly module?: string
  /** A file of SQL statements. */
  readonly sql?: string
  /** Globs of the files it depends on. */
  readonly inputs?: readonly string[]
  /** Whether it reads the dev database, which it gets for reading alone. @default false */
  readonly readsDev?: boolean
  readonly env?: Readonly<Record<string, string>>
  /** How long it may take, in milliseconds; 300,000 by default. */
  readonly timeoutMs?: number
}

/** A command that follows a build or an upgrade: a string runs in a shell, a list does not. */
export interface UserHook {
  /** What the log calls it; by default what it runs. */
  readonly name?: string
  readonly run: string | readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** How long it may take, in milliseconds; 300,000 by default. */
  readonly timeoutMs?: number
}

/** One command, or a list of several. */
export type UserHooks = string | readonly string[] | readonly UserHook[]

type DatabaseSetting = string | Readonly<Record<string, unknown>>

/** What `defineConfig` takes. Paths are relative to the file. */
export interface UserConfig {
  /**
   * Model files: a path, a list of paths or globs, or an object. `exclude`: globs of files, and names of models or tables, that are left out.
   * `timeoutMs`: how long loading may take; 30,000 by default. `beforeSync`, `afterSync`: a module that exports
   * `(queryInterface, Sequelize) => …`, or a SQL file, which runs before the models' tables are made, or after.
   */
  readonly models:
    | string
    | readonly string[]
    | {
        readonly path: string | readonly string[]
        readonly exclude?: readonly string[]
        readonly timeoutMs?: number
        readonly beforeSync?: string
        readonly afterSync?: string
      }
  /**
   * What reads TypeScript: `'tsx'` by default; `'typescript'` for decorators whose metadata tells the types of columns, as those of
   * sequelize-typescript do. It takes the project's own TypeScript, up to 6, and gives CommonJS.
   */
  readonly loader?: 'tsx' | 'typescript'
  /**
   * The migrations folder, or a glob as Umzug takes it, such as `migrations/2024/*.js`. `match`: a regular expression for file names. `named`:
   * what a migration is called by, its file as Umzug has it, its folder, or its path below the folder of the glob. `sort`: their order, by name or by the versions that names begin
   * with. `context`: Umzug's, for the first draft, or a module that makes it: its
   * export, or what that returns when it is called with `{ sequelize, queryInterface, Sequelize, DataTypes }`, is what migrations get.
   * `params`: a module that makes the arguments of `up` and `down` in the same way, as an array. `meta`: where applied names are kept; `timestamps`: with `createdAt` and `updatedAt`, as Umzug's storage option has it.
   */
  readonly migrations:
    | string
    | {
        readonly dir: string
        readonly match?: string
        readonly named?: 'file' | 'folder' | 'path'
        readonly call?: 'auto' | 'umzug' | 'cli'
        readonly context?: string
        readonly params?: string
        readonly sort?: 'name' | 'semver'
        readonly meta?: {
          readonly table?: string
          readonly column?: string
          readonly schema?: string
          readonly timestamps?: boolean
        }
      }
  /** The dev database: a URL, Sequelize options, or a function of the environment that gives one of them. */
  readonly dev: DatabaseSetting | ((env: Readonly<Record<string, string | undefined>>) => DatabaseSetting)
  /**
   * Where replays of the migrations start, for those that do not start from an empty database: a SQL file, which `devdb baseline` writes.
   * Or a command that fills the empty database of its environment, and is run again when one of the files in `inputs` has changed; a git
   * revision whose models are synced, with the migrations that it has; a migration that starts new databases, all before it being only
   * recorded. `names`: the migrations that it stands for, besides those whose names it puts into the meta table itself; they are not
   * replayed.
   */
  readonly baseline?:
    | string
    | { readonly sql: string; readonly names?: readonly string[] }
    | {
        readonly run: string | readonly string[]
        readonly inputs?: readonly string[]
        readonly names?: readonly string[]
      }
    | { readonly git: string; readonly names?: readonly string[] }
    | { readonly migration: string; readonly names?: readonly string[] }
  /**
   * The throwaway database; in `.devdb/` by default. `from`: what its tables are made of; `'migrations'` where the models cannot be synced,
   * and then what the models need cannot be told.
   */
  readonly throwaway?: string | { readonly url?: string; readonly from?: 'models' | 'migrations' }
  readonly steps?: readonly UserStep[]
  /**
   * Commands that follow. `afterBuild`: a build that made another throwaway, with the throwaway's environment. `afterUpgrade`: an upgrade of
   * dev that applied something, with dev's environment; dev is opened for reading alone.
   */
  readonly hooks?: { readonly afterBuild?: UserHooks; readonly afterUpgrade?: UserHooks }
  /** More environment for the project's code, besides DATABASE_URL: a record, or a function of the database it is meant for. */
  readonly env?: Readonly<Record<string, string>> | ((target: EnvTarget) => Readonly<Record<string, string>>)
  /** Variables that the project's code must not see. */
  readonly unsetEnv?: readonly string[]
  /** Where steps run; the file's folder by default. */
  readonly cwd?: string
  /** Up to which size of dev, in bytes, `watch` rehearses pending migrations unasked; 200 MB by default. */
  readonly rehearsal?: { readonly maxBytes?: number }
  /** How many automatic snapshots of dev are kept, 10 by default, and how large they may be together, 2 GB by default. */
  readonly snapshots?: { readonly keep?: number; readonly maxBytes?: number }
  /** How long another connection's lock on dev is waited for, in milliseconds; 5,000 by default. */
  readonly waitMs?: number
  /** Names of dev databases that may be used although they look like production or are on another host. */
  readonly allow?: readonly string[]
}
