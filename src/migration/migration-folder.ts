/** Which migration files there are, and which name each stands for. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { DevdbError } from '../error.ts'
import { nearestName } from '../process/nearest-path.ts'
import { globExpression, hasOneFileName, isNested } from './migration-glob.ts'

/** How a migration's functions are called. `auto` suits both signatures. */
export type CallStyle = 'auto' | 'umzug' | 'cli'

/** What Umzug's context is in a project: one of the two, or an object that holds it. */
export type ContextStyle = 'queryInterface' | 'sequelize' | '{ queryInterface }' | '{ sequelize }'

const contextStyles = [
  'queryInterface',
  'sequelize',
  '{ queryInterface }',
  '{ sequelize }',
] as const satisfies readonly ContextStyle[]

/** Whether what a configuration says of the context is a word, and no module. */
export const isContextStyle = (context: string | undefined): context is ContextStyle =>
  contextStyles.some((word) => word === context)

/** Where migrations are and how they are read. */
export interface MigrationSetting {
  /** Absolute path. */
  readonly dir: string
  /** Which files below `dir` are migrations; null, or left out, for those that lie in it. */
  readonly glob?: string | null
  /** What a migration is called by; left out: by its file, or by its folder where all files have one name. */
  readonly named?: MigrationNaming
  /** A regular expression that the file's name must match besides its ending, or null. */
  readonly match: string | null
  readonly call: CallStyle
  /** Of drafts, until the first migration shows it; left out where nothing is said. */
  readonly context?: ContextStyle
  /** A module that makes Umzug's context, absolute. */
  readonly contextFile?: string
  /** A module that makes all arguments, absolute. */
  readonly paramsFile?: string
  /** `semver`: by the numbers that names begin with, `1.10.0` after `1.9.0`. */
  readonly sort: MigrationOrder
  readonly meta: {
    readonly table: string
    readonly column: string
    readonly schema: string | null
    /** Whether each name is kept with `createdAt` and `updatedAt`. Where the table has them already, it is. */
    readonly timestamps: boolean
  }
}

/** What a migration is called by: its file, as Umzug does it, the folder of that, or the path below the migrations folder. */
export type MigrationNaming = 'file' | 'folder' | 'path'

/** In which order migrations are applied. */
export type MigrationOrder = 'name' | 'semver'

/** One migration file. */
export interface MigrationFile {
  /** The file's name, as Umzug and sequelize-cli write it to the meta table. */
  readonly name: string
  /** Absolute path. */
  readonly path: string
}

const endings = /\.(?:[cm]?js|[cm]?ts|sql)$/

const codeEndings = /\.[cm]?[jt]s$/

/** `NAME.down.sql` belongs to `NAME.up.sql` or `NAME.sql`; type declarations and source maps are no migrations. */
const isPartner = /(?:^|[./])down\.sql$|\.d\.[cm]?ts$/

/**
 * Lists the migrations in their order.
 * @param setting where they are
 * @throws DevdbError `migrations-unreadable`, or `migration-duplicate` when two files stand for one name
 */
export function readMigrationFolder(setting: MigrationSetting): readonly MigrationFile[] {
  const paths = readPaths(setting).filter(pathPattern(setting))
  const order = orderOf(setting.sort)
  const files = withoutData(paths)
    .sort(setting.sort === 'semver' ? (a, b) => order(nameIn(setting, a), nameIn(setting, b)) : compare)
    .map((path) => ({ name: nameIn(setting, path), path: join(setting.dir, path) }))
  assertDistinct(files, setting)
  return files
}

function assertDistinct(files: readonly MigrationFile[], { dir }: MigrationSetting): void {
  const seen = new Map<string, MigrationFile>()
  for (const file of files) {
    const twin = seen.get(bareName(file.name))
    seen.set(bareName(file.name), file)
    if (twin === undefined) continue
    const [one, other] = [relative(dir, twin.path), relative(dir, file.path)]
    const isNamedAlike = file.name === twin.name
    throw new DevdbError('migration-duplicate', `${one} and ${other} stand for the same migration`, {
      file: file.path,
      migration: bareName(file.name),
      hint: isNamedAlike
        ? "give them names of their own, or set migrations.named to 'folder' or 'path' in the configuration"
        : 'rename one of them; or, where only one of them is a migration, leave the other out with migrations.match in the configuration',
    })
  }
}

/** Whether a file of that path is a migration. */
export function isMigration(setting: MigrationSetting, path: string): boolean {
  const inside = relative(setting.dir, path).split(sep).join('/')
  return !inside.startsWith('../') && pathPattern(setting)(inside)
}

/** What files are migrations, by their paths below the folder. */
function pathPattern({ match, glob = null }: MigrationSetting): (path: string) => boolean {
  const pattern = match === null ? null : new RegExp(match)
  const shape = glob === null ? /^[^/]*$/ : globExpression(glob)
  return (path) => {
    const name = basename(path)
    // What begins with a dot is devdb's own, an editor's, or what macOS leaves beside files on other disks.
    if (name.startsWith('.') || !endings.test(name) || isPartner.test(name) || !shape.test(path)) return false
    return pattern === null || pattern.test(name) || pattern.test(path)
  }
}

/** SQL that a migration written in code reads for itself, such as `NAME-up.sql` beside `NAME.js`, is no migration of its own. */
function withoutData(paths: readonly string[]): string[] {
  const code = new Set(paths.filter((path) => codeEndings.test(path)).map(bareName))
  if (code.size === 0) return [...paths]
  const isData = (path: string): boolean => {
    for (let end = bareName(path); end !== ''; end = end.replace(/[-_. ]?[^-_. ]*$/, '')) if (code.has(end)) return true
    return false
  }
  return paths.filter((path) => !path.endsWith('.sql') || !isData(path))
}

/** What migrations are called by. */
export const namingOf = ({ glob = null, named }: Pick<MigrationSetting, 'glob' | 'named'>): MigrationNaming =>
  named ?? (glob !== null && hasOneFileName(glob) ? 'folder' : 'file')

/**
 * The name of the migration at a path.
 * @param setting what the configuration says of migrations
 * @param path relative to its folder, with `/`
 */
export function nameIn(setting: Pick<MigrationSetting, 'glob' | 'named'>, path: string): string {
  const how = namingOf(setting)
  if (how === 'path' || !path.includes('/')) return path
  return how === 'folder' ? dirname(path) : basename(path)
}

/** Whether migrations may lie in folders below their own. */
export const hasFolders = ({ glob = null }: MigrationSetting): boolean => glob !== null && isNested(glob)

/** A migration's name without its ending: a compiled project logs `.js` for a `.ts` file, and some log none. */
export const bareName = (name: string): string => name.replace(/\.up\.sql$/, '').replace(endings, '')

/**
 * The way back of a SQL migration: `NAME.down.sql`, or a file of the same name in the folder `down` where there is one. Umzug's examples
 * have both: https://github.com/sequelize/umzug/tree/main/examples/3-raw-sql
 * @param path of the migration, which need not exist
 */
export function downPath(path: string): string {
  if (basename(path) === 'up.sql') return join(dirname(path), 'down.sql')
  const beside = path.replace(/(?:\.up)?\.sql$/, '.down.sql')
  const folder = join(dirname(path), 'down')
  const name = basename(path)
  // What begins with a dot is devdb's own, and goes without a trace.
  if (name.startsWith('.') || name.endsWith('.up.sql') || existsSync(beside) || !existsSync(folder)) return beside
  return join(folder, name)
}

/**
 * The order in which Umzug and sequelize-cli apply migrations: by whole names, with their endings, character by character (umzug 3.8.3,
 * lib/umzug.js; umzug 2.3.0, lib/index.js). So `v1-lookup.js` comes before `v1.js`.
 */
const inNameOrder = (a: string, b: string): number => compare(withEnding(a), withEnding(b)) || compare(a, b)

/** Some log no ending. */
const withEnding = (name: string): string => (endings.test(name) ? name : `${name}.`)

/** By the version that names begin with, such as `v1.10.0-users`; then by name. A pre-release comes before its release: https://semver.org/#spec-item-11 */
function inVersionOrder(a: string, b: string): number {
  const [one, other] = [versionOf(a), versionOf(b)]
  for (let index = 0; index < Math.max(one.numbers.length, other.numbers.length); index++) {
    const difference = (one.numbers[index] ?? 0) - (other.numbers[index] ?? 0)
    if (difference !== 0) return difference
  }
  return Number(other.isPre) - Number(one.isPre) || inNameOrder(a, b)
}

const versionOf = (name: string) => ({
  numbers: (/^v?(\d+(?:\.\d+)*)/i.exec(name)?.[1] ?? '0').split('.').map(Number),
  isPre: /^v?[\d.]+-(?:alpha|beta|rc|pre)\b/i.test(name),
})

/** How two names compare. */
export const orderOf = (sort: MigrationOrder): ((a: string, b: string) => number) =>
  sort === 'semver' ? inVersionOrder : inNameOrder

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A slip of the pen is likelier than a folder that is to be made. */
function nearHint(dir: string): string {
  const near = nearestName(dir)
  return near === null ? `mkdir -p ${dir}` : `check migrations in the configuration: ${near} is there`
}

/** Paths with `/` below the folder, of all its files, and of those in folders below it where these may be meant. */
function readPaths(setting: MigrationSetting): readonly string[] {
  const { dir } = setting
  if (!existsSync(dir)) {
    throw new DevdbError('migrations-unreadable', `the migrations folder ${dir} does not exist`, {
      file: dir,
      hint: nearHint(dir),
    })
  }
  const depth = !hasFolders(setting) ? 0 : setting.glob!.includes('**') ? deepest : setting.glob!.split('/').length - 1
  try {
    return pathsIn(dir, '', depth)
  } catch (error) {
    throw new DevdbError('migrations-unreadable', `the migrations folder cannot be read: ${(error as Error).message}`, {
      file: dir,
      hint: `look at its rights: ls -ld ${dir}`,
      cause: error,
    })
  }
}

/** How deep `**` goes. */
const deepest = 8

function pathsIn(dir: string, folder: string, depth: number): readonly string[] {
  return readdirSync(join(dir, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (!entry.isDirectory()) return [path]
    const isEntered = depth > 0 && entry.name !== 'node_modules' && !entry.name.startsWith('.')
    return isEntered ? pathsIn(dir, path, depth - 1) : []
  })
}
