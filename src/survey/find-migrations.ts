/** Where do the migrations and the seeders lie, and how are they written? */
import type { CliSettings } from './cli-settings.ts'
import type { UmzugUse } from './find-umzug.ts'
import { folderOf, isCode, isTest, type Listing, nameOf, withoutComments } from './listing.ts'

/** A folder of migrations, or of seeders. */
export interface ScriptFolder {
  /** Relative to the root. */
  readonly dir: string
  /** Names of its files, in order. */
  readonly files: readonly string[]
  /** Those of them that have no `up`. */
  readonly strangers: readonly string[]
  /** How they are called; null where none of them tells. */
  readonly signature: 'umzug' | 'cli' | 'sql' | null
  /** What names it. */
  readonly from: string
  /** The set-up that runs them, where there is one. */
  readonly umzug: UmzugUse | null
}

/** What names a folder that nothing else names. */
export const byName = 'its name'

const isScript = (path: string): boolean => isCode(path) || (path.endsWith('.sql') && !path.endsWith('.down.sql'))

/**
 * The folders of migrations, the likeliest first.
 * @param listing the project
 * @param cli what sequelize-cli is told, or null
 * @param umzug the set-ups
 */
export function findMigrations(
  listing: Listing,
  cli: CliSettings | null,
  umzug: readonly UmzugUse[],
): readonly ScriptFolder[] {
  const uses = umzug.filter(({ isForSeeders, dir }) => !isForSeeders && dir !== null)
  const named = [
    ...(cli?.paths.migrations === undefined ? [] : [[cli.paths.migrations, '.sequelizerc'] as const]),
    ...uses.map(({ dir, file }) => [dir!, file] as const),
    ...foldersNamed(listing, /^migrations?$/i).map((dir) => [dir, byName] as const),
  ]
  return foldersOf(listing, named, uses)
}

/** The folders of seeders, the likeliest first. */
export function findSeeders(
  listing: Listing,
  cli: CliSettings | null,
  umzug: readonly UmzugUse[],
): readonly ScriptFolder[] {
  const uses = umzug.filter(({ isForSeeders, dir }) => isForSeeders && dir !== null)
  const named = [
    ...(cli?.paths.seeders === undefined ? [] : [[cli.paths.seeders, '.sequelizerc'] as const]),
    ...uses.map(({ dir, file }) => [dir!, file] as const),
    ...foldersNamed(listing, /^seed(?:er)?s$/i).map((dir) => [dir, byName] as const),
  ]
  return foldersOf(listing, named, uses).filter(({ files }) => files.length > 0)
}

function foldersOf(
  listing: Listing,
  named: readonly (readonly [string, string])[],
  uses: readonly UmzugUse[],
): readonly ScriptFolder[] {
  const seen = new Set<string>()
  return named.flatMap(([dir, from]) => {
    if (seen.has(dir)) return []
    seen.add(dir)
    const umzug = uses.find((use) => use.dir === dir) ?? null
    const files = listing.files.filter((path) => folderOf(path) === dir && isScript(path)).map(nameOf)
    const signature = signatureOf(listing, dir, files, umzug)
    const strangers = files.filter((name) => isCode(name) && !hasUp.test(listing.read(pathOf(dir, name))))
    // A name alone says nothing: what lies there must look like it, too.
    return from === byName && signature === null ? [] : [{ dir, files, strangers, signature, from, umzug }]
  })
}

/** Folders of that name which hold files that could be meant. */
function foldersNamed(listing: Listing, name: RegExp): readonly string[] {
  const folders = [...new Set(listing.files.filter(isScript).map(folderOf))]
  return folders
    .filter((folder) => name.test(nameOf(folder)) && !isTest(`${folder}/`))
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))
}

const hasUp = /\bup\b/

const pathOf = (dir: string, name: string): string => `${dir === '' ? '' : `${dir}/`}${name}`

function signatureOf(
  listing: Listing,
  dir: string,
  files: readonly string[],
  umzug: UmzugUse | null,
): ScriptFolder['signature'] {
  const sources = files.filter(isCode).map((name) => withoutComments(listing.read(pathOf(dir, name))))
  const written = sources.filter((source) => hasUp.test(source))
  if (written.length > 0) {
    const isUmzug = written.filter((source) => /\bcontext\b/.test(source)).length * 2 > written.length
    return isUmzug ? 'umzug' : 'cli'
  }
  if (files.some((name) => name.endsWith('.sql'))) return 'sql'
  return umzug === null ? null : 'umzug'
}
