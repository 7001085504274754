/** A configuration that can be trusted: every path absolute, every default filled in, every database known. Plain JSON. */
import { relative } from 'node:path'
import type { Target } from '../database/target.ts'
import { dialectNamed } from '../dialect/find-dialect.ts'
import { withDoor } from '../door/door-environment.ts'
import { doorFiles } from '../door/door-files.ts'
import type { MigrationSetting } from '../migration/migration-folder.ts'
import type { RunStep, Step } from '../seed/step.ts'

/** What makes the database that replays start from: exactly one of the four; and the migrations whose work that holds. */
export interface BaselineSetting {
  /** A SQL file, absolute. */
  readonly sql?: string
  /** A command, which finds the empty database in its environment. */
  readonly run?: string | readonly string[]
  /** Files that the command reads, absolute. */
  readonly inputs?: readonly string[]
  /** A git revision, whose models are synced, and whose migrations it stands for. */
  readonly git?: string
  /** A migration that starts new databases: those before it are only recorded. */
  readonly migration?: string
  /** Names that it stands for, besides those that it puts into the meta table itself. */
  readonly names: readonly string[]
}

/** Files that a baseline is made of, as far as the configuration names them. */
export const baselineFiles = ({ baseline }: Pick<Config, 'baseline'>): readonly string[] => [
  ...(baseline?.sql === undefined ? [] : [baseline.sql]),
  ...(baseline?.inputs ?? []),
]

/** What people call a baseline. */
export function baselineLabel({ sql, run, git, migration }: BaselineSetting, root: string): string {
  if (sql !== undefined) return relative(root, sql)
  if (git !== undefined) return `git ${git}`
  return run === undefined ? String(migration) : [run].flat().join(' ')
}

/** What a hook follows. */
export type HookMoment = 'afterBuild' | 'afterUpgrade'

/** What reads the project's TypeScript: tsx (esbuild), or TypeScript itself, which knows the types that decorators ask for. */
export type Loader = 'tsx' | 'typescript'

export interface Config {
  /** The folder of the configuration file. */
  readonly root: string
  /** The configuration file, absolute. */
  readonly file: string
  /** Local files that the configuration file imports, itself included. */
  readonly files: readonly string[]
  /** What the project is called: its package's name, or its folder's. */
  readonly project: string
  /** `.devdb`, absolute. */
  readonly folder: string
  readonly models: {
    /** Paths and globs, relative to `root`. */
    readonly patterns: readonly string[]
    /** Globs of files, and names of models or of their tables. */
    readonly exclude: readonly string[]
    /** How long loading them may take, in milliseconds. */
    readonly timeoutMs: number
    /** What runs before the models' tables are made, and after: a module or a SQL file, absolute; null for nothing. */
    readonly beforeSync: string | null
    readonly afterSync: string | null
  }
  readonly loader: Loader
  readonly migrations: MigrationSetting
  /** Where replays of the migrations start; null for an empty database. */
  readonly baseline: BaselineSetting | null
  readonly dev: Target
  /** Where code that was checked out to another folder looks for dev. Nothing need be there. */
  readonly devElsewhere?: Target
  readonly throwaway: Target
  /** What the throwaway's tables are made of. */
  readonly builtFrom: 'models' | 'migrations'
  /** Where the next throwaway is built. */
  readonly build: Target
  /** Where the migrations are replayed from empty. */
  readonly shadow: Target
  /** Where dev's working copy is migrated. */
  readonly work: Target
  readonly steps: readonly Step[]
  /** Commands that follow a build of the throwaway, and an upgrade of dev. */
  readonly hooks: Readonly<Record<HookMoment, readonly RunStep[]>>
  /** The variables for each database, by its URL. */
  readonly environments: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly unsetEnv: readonly string[]
  readonly cwd: string
  /** Up to which size of dev pending migrations are rehearsed unasked, in bytes. */
  readonly rehearsalMaxBytes: number
  /** How many automatic snapshots are kept. */
  readonly keepSnapshots: number
  /** How large the automatic snapshots may be together, in bytes; the newest one stays whatever its size. */
  readonly maxSnapshotBytes: number
  /** How long a lock on dev is waited for, in milliseconds. */
  readonly waitMs: number
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The variables that project code sees when it is meant for a database.
 * @param config the configuration
 * @param target the database
 * @param own the environment of this process
 */
export function variablesFor(config: Config, target: Target, own: Environment = process.env): Environment {
  const kept = Object.entries(own).filter(([name]) => !config.unsetEnv.includes(name))
  return { ...Object.fromEntries(kept), DATABASE_URL: target.url, ...config.environments[target.url] }
}

/**
 * The whole environment of a process that runs project code. In it dev cannot be written: where code opens dev, it gets the database that it
 * is meant for. Code that is meant for dev itself, or says that it reads dev, gets dev for reading alone.
 * @param config the configuration
 * @param target the database that the code is meant for
 * @param more variables of a step or a hook
 * @param readsDev whether the code says that it reads dev
 */
export function environmentFor(
  config: Config,
  target: Target,
  more: Environment = {},
  readsDev = false,
): Record<string, string | undefined> {
  const dialect = dialectNamed(config.dev.dialect, config.root)
  const job = readsDev || dialect.isSame(config.dev, target) ? null : target
  const env = { ...variablesFor(config, target), ...more }
  const places = [...(config.devElsewhere === undefined ? [] : [config.devElsewhere]), config.dev]
  return places.reduce((inner, dev) => withDoor(inner, dialect.door(dev, job), doorFiles(dialect.name)), env)
}
