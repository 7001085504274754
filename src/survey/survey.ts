/** What a project has, as far as devdb needs to know it: found once, then only read. */
import type { CliSettings } from './cli-settings.ts'
import { type CodeKind, dependsOn, findCodeKind, packageOf } from './find-code-kind.ts'
import { type DatabaseSurroundings, type DatabasesFound, findDatabases } from './find-databases.ts'
import { findHooks, type HookFile } from './find-hooks.ts'
import { findMigrations, findSeeders, type ScriptFolder } from './find-migrations.ts'
import { findModels, type ModelsFound } from './find-models.ts'
import { findUmzug, type UmzugUse } from './find-umzug.ts'
import { isCode, type Listing } from './listing.ts'

export interface Survey {
  readonly code: CodeKind
  readonly cli: CliSettings | null
  readonly umzug: readonly UmzugUse[]
  /** Which of the two that run migrations are among the dependencies. */
  readonly runners: { readonly umzug: boolean; readonly cli: boolean }
  readonly models: ModelsFound
  readonly migrations: readonly ScriptFolder[]
  readonly seeders: readonly ScriptFolder[]
  readonly databases: DatabasesFound
  readonly hooks: readonly HookFile[]
  /** Whether a `.js` file is an ES module. */
  readonly isModule: boolean
  /** Whether columns are told by decorators of sequelize-typescript, which may ask for the types of TypeScript. */
  readonly isDecorated: boolean
}

/**
 * Looks at a project. Nothing of it is run.
 * @param listing its files
 * @param surroundings what else is known
 */
export function takeSurvey(listing: Listing, surroundings: DatabaseSurroundings): Survey {
  const { cli } = surroundings
  const umzug = findUmzug(listing)
  return {
    code: findCodeKind(listing),
    cli,
    umzug,
    runners: { umzug: dependsOn(listing, 'umzug'), cli: dependsOn(listing, 'sequelize-cli') },
    models: findModels(listing, cli?.paths.models ?? null),
    migrations: findMigrations(listing, cli, umzug),
    seeders: findSeeders(listing, cli, umzug),
    databases: findDatabases(listing, surroundings),
    hooks: findHooks(listing),
    isModule: packageOf(listing).type === 'module',
    isDecorated: listing.files.some((path) => isCode(path) && isDecorated(listing.read(path))),
  }
}

const isDecorated = (source: string): boolean => /['"]sequelize-typescript['"]/.test(source) && /@Column\b/.test(source)

/**
 * The variables that a `.env` file sets: https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow
 * @param text its text
 */
export const readDotenv = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/^\s*(?:export\s+)?([\w.-]+)\s*=[ \t]*(?:'([^']*)'|"([^"]*)"|([^#\n]*))/gm)].map(
      ([, name = '', single, double, bare]) => [name, single ?? double ?? (bare ?? '').trim()],
    ),
  )
