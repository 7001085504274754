/** What a configuration file may say: the untrusted form, and the one schema from which its types and its faults come. */
import { z } from 'zod'

const text = z.string().min(1, 'must not be empty')
const list = z.array(text).min(1, 'must not be an empty list')
const milliseconds = z.int('must be a whole number of milliseconds').positive('must be more than 0 milliseconds')
const environment = z.record(z.string(), z.string())

const stepBase = {
  name: text.optional(),
  inputs: list.optional(),
  env: environment.optional(),
  timeoutMs: milliseconds.optional(),
}

/** A program and its arguments, which may be empty strings. */
const commandLine = z
  .array(z.string())
  .refine(([program = '']) => program !== '', 'must be a command, or a list that starts with a program')

const kinds = ['run', 'module', 'sql'] as const
const baselineKinds = ['sql', 'run', 'git', 'migration'] as const

const step = z
  .strictObject({
    ...stepBase,
    run: z.union([text, commandLine], 'must be a command, or a list that starts with a program').optional(),
    module: text.optional(),
    sql: text.optional(),
  })
  .refine(
    (value) => kinds.filter((kind) => value[kind] !== undefined).length === 1,
    'must have exactly one of run, module and sql',
  )

const regularExpression = text.refine(isRegularExpression, 'must be a regular expression')

const database = z.union(
  [text, z.record(z.string(), z.unknown())],
  'must be a URL such as "sqlite:dev.db", or Sequelize options',
)

/** The schema of the file after its functions were called. */
export const userConfigSchema = z.strictObject({
  models: z.union(
    [
      text,
      list,
      z.strictObject({
        path: z.union([text, list]),
        exclude: list.optional(),
        timeoutMs: milliseconds.optional(),
        beforeSync: text.optional(),
        afterSync: text.optional(),
      }),
    ],
    'must be a path, a list of paths or globs, or { path, exclude, timeoutMs, beforeSync, afterSync }',
  ),
  migrations: z.union(
    [
      text,
      z.strictObject({
        dir: text,
        match: regularExpression.optional(),
        call: z.enum(['auto', 'umzug', 'cli']).optional(),
        sort: z.enum(['name', 'semver'], 'must be "name" or "semver"').optional(),
        meta: z
          .strictObject({
            table: text.optional(),
            column: text.optional(),
            schema: text.optional(),
            timestamps: z.boolean().optional(),
          })
          .optional(),
      }),
    ],
    'must be a folder, or { dir, match, call, sort, meta }',
  ),
  loader: z.enum(['tsx', 'typescript'], 'must be "tsx" or "typescript"').optional(),
  dev: database,
  baseline: z
    .union(
      [
        text,
        z
          .strictObject({
            sql: text.optional(),
            run: z.union([text, commandLine], 'must be a command, or a list that starts with a program').optional(),
            inputs: list.optional(),
            git: text.optional(),
            migration: text.optional(),
            names: list.optional(),
          })
          .refine(
            (value) => baselineKinds.filter((kind) => value[kind] !== undefined).length === 1,
            'must have exactly one of sql, run, git and migration',
          ),
      ],
      'must be a SQL file, or { sql, names }, { run, inputs, names }, { git, names } or { migration }',
    )
    .optional(),
  throwaway: z
    .union(
      [text, z.strictObject({ url: text.optional(), from: z.enum(['models', 'migrations']).optional() })],
      'must be a URL such as "sqlite:.devdb/throwaway.db", or { url, from }',
    )
    .optional(),
  steps: z.array(step).optional(),
  env: environment.optional(),
  unsetEnv: list.optional(),
  cwd: text.optional(),
  rehearsal: z.strictObject({ maxBytes: z.int().min(0, 'must not be negative').optional() }).optional(),
  snapshots: z
    .strictObject({
      keep: z.int().min(1, 'must be at least 1').optional(),
      maxBytes: z.int().min(1, 'must be at least 1').optional(),
    })
    .optional(),
  waitMs: milliseconds.optional(),
  allow: list.optional(),
})

/** The file after its functions were called. */
export type PlainConfig = z.infer<typeof userConfigSchema>

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
  readonly env?: Readonly<Record<string, string>>
  /** How long it may take, in milliseconds; 300,000 by default. */
  readonly timeoutMs?: number
}

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
   * The migrations folder. `match`: a regular expression for file names. `sort`: their order, by name or by the versions that names begin
   * with. `meta`: where applied names are kept; `timestamps`: with `createdAt` and `updatedAt`, as Umzug's storage option has it.
   */
  readonly migrations:
    | string
    | {
        readonly dir: string
        readonly match?: string
        readonly call?: 'auto' | 'umzug' | 'cli'
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

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source)
    return true
  } catch {
    return false
  }
}
