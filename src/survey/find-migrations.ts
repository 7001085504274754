/** Where do the migrations and the seeders lie, and how are they written? */

import { globExpression } from '../migration/migration-glob.ts'
import { readSignature } from '../migration/read-signature.ts'
import type { CliSettings } from './cli-settings.ts'
import type { UmzugUse } from './find-umzug.ts'
import { folderOf, isCode, isTest, type Listing, nameOf, withoutComments } from './listing.ts'

/** A folder of migrations, or of seeders. */
export interface ScriptFolder {
  /** Relative to the root. */
  readonly dir: string
  /** Which files below it are meant, where some of them lie in folders of their own; else null. */
  readonly glob: string | null
  /** Names of its files, in order; with the folders below `dir` where there are any. */
  readonly files: readonly string[]
  /** Whether code among them reads SQL, which then is no migration of its own. */
  readonly readsSql: boolean
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

const isScript = (path: string): boolean =>
  isCode(path) || (path.endsWith('.sql') && !/(?:^|[./])down\.sql$/.test(path) && !nameOf(path).startsWith('.'))

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
  return named.flatMap(([given, from]) => {
    const umzug = uses.find((use) => use.dir === given) ?? null
    const { dir, glob, files } = filesOf(listing, given, umzug?.glob ?? null)
    if (seen.has(dir)) return []
    seen.add(dir)
    const signature = signatureOf(listing, dir, files, umzug)
    const strangers = files.filter((name) => isCode(name) && !hasUp.test(listing.read(pathOf(dir, name))))
    const readsSql = files.some((name) => isCode(name) && /\.sql\b/.test(listing.read(pathOf(dir, name))))
    // A name alone says nothing: what lies there must look like it, too.
    if (from === byName && signature === null) return []
    return [{ dir, glob, files, readsSql, strangers, signature, from, umzug }]
  })
}

/** The files of a folder, or of a glob below it. One that begins with any folders is of no use where all its files are in one. */
function filesOf(listing: Listing, dir: string, glob: string | null): Pick<ScriptFolder, 'dir' | 'glob' | 'files'> {
  const scripts = listing.files.filter(isScript)
  if (glob === null) return { dir, glob, files: scripts.filter((path) => folderOf(path) === dir).map(nameOf) }
  const shape = globExpression(glob)
  const inside = scripts.filter((path) => dir === '' || path.startsWith(`${dir}/`))
  const files = inside.map((path) => path.slice(dir === '' ? 0 : dir.length + 1)).filter((path) => shape.test(path))
  const [only = '', ...others] = new Set(files.map(folderOf))
  if (!glob.startsWith('**/') || !/^\*\*\/[^/]*\w[^/]*\//.test(glob) || others.length > 0 || only === '')
    return { dir, glob, files }
  return { dir: dir === '' ? only : `${dir}/${only}`, glob: null, files: files.map(nameOf) }
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

/** Whether a migration takes what Umzug 3 gives it; where its text only passes that on, by the word. */
function isOfUmzug(source: string): boolean {
  const place = readSignature(source)?.place ?? null
  return place === null ? /\{[^{}]*\bcontext\b/.test(source) : place.keys.length > 0
}

function signatureOf(
  listing: Listing,
  dir: string,
  files: readonly string[],
  umzug: UmzugUse | null,
): ScriptFolder['signature'] {
  const sources = files.filter(isCode).map((name) => withoutComments(listing.read(pathOf(dir, name))))
  const written = sources.filter((source) => hasUp.test(source))
  if (written.length > 0) return written.filter(isOfUmzug).length * 2 > written.length ? 'umzug' : 'cli'
  if (files.some((name) => name.endsWith('.sql'))) return 'sql'
  return umzug === null ? null : 'umzug'
}
