/** Which migration files there are, and which name each stands for. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { DevdbError } from '../error.ts'
import { nearestName } from '../process/nearest-path.ts'

/** How a migration's functions are called. `auto` suits both signatures. */
export type CallStyle = 'auto' | 'umzug' | 'cli'

/** What Umzug's context is in a project: one of the two, or an object that holds it. */
export type ContextStyle = 'queryInterface' | 'sequelize' | '{ queryInterface }' | '{ sequelize }'

/** Where migrations are and how they are read. */
export interface MigrationSetting {
  /** Absolute path. */
  readonly dir: string
  /** A regular expression that the file's name must match besides its ending, or null. */
  readonly match: string | null
  readonly call: CallStyle
  /** Of drafts, until the first migration shows it; left out where nothing is said. */
  readonly context?: ContextStyle
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

/** `NAME.down.sql` belongs to `NAME.up.sql` or `NAME.sql`; type declarations and source maps are no migrations. */
const isPartner = /\.down\.sql$|\.d\.[cm]?ts$/

/**
 * Lists the migrations in their order.
 * @param setting where they are
 * @throws DevdbError `migrations-unreadable`, or `migration-duplicate` when two files stand for one name
 */
export function readMigrationFolder({ dir, match, sort }: MigrationSetting): readonly MigrationFile[] {
  const names = readNames(dir).filter(namePattern(match))
  const files = names.sort(orderOf(sort)).map((name) => ({ name, path: join(dir, name) }))
  for (const [index, file] of files.entries()) {
    const twin = files[index + 1]
    if (twin !== undefined && bareName(file.name) === bareName(twin.name)) {
      throw new DevdbError('migration-duplicate', `${file.name} and ${twin.name} stand for the same migration`, {
        file: twin.path,
        migration: bareName(file.name),
        hint: `rename one of them, or remove it: rm ${relative(process.cwd(), twin.path)}`,
      })
    }
  }
  return files
}

/** Whether a file of that path is a migration. */
export const isMigration = ({ dir, match }: MigrationSetting, path: string): boolean =>
  dirname(path) === dir && namePattern(match)(basename(path))

function namePattern(match: string | null): (name: string) => boolean {
  const pattern = match === null ? null : new RegExp(match)
  // What begins with a dot is devdb's own, or an editor's.
  return (name) => !name.startsWith('.') && endings.test(name) && !isPartner.test(name) && (pattern?.test(name) ?? true)
}

/** A migration's name without its ending: a compiled project logs `.js` for a `.ts` file, and some log none. */
export const bareName = (name: string): string => name.replace(/\.up\.sql$/, '').replace(endings, '')

/**
 * The way back of a SQL migration: `NAME.down.sql`, or a file of the same name in the folder `down` where there is one. Umzug's examples
 * have both: https://github.com/sequelize/umzug/tree/main/examples/3-raw-sql
 * @param path of the migration, which need not exist
 */
export function downPath(path: string): string {
  const beside = path.replace(/(?:\.up)?\.sql$/, '.down.sql')
  const folder = join(dirname(path), 'down')
  const name = basename(path)
  // What begins with a dot is devdb's own, and goes without a trace.
  if (name.startsWith('.') || name.endsWith('.up.sql') || existsSync(beside) || !existsSync(folder)) return beside
  return join(folder, name)
}

/** The order in which migrations are applied: by name without ending, so that a compiled file stands where its source does. */
const inNameOrder = (a: string, b: string): number => compare(bareName(a), bareName(b)) || compare(a, b)

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

function readNames(dir: string): string[] {
  if (!existsSync(dir)) {
    throw new DevdbError('migrations-unreadable', `the migrations folder ${dir} does not exist`, {
      file: dir,
      hint: nearHint(dir),
    })
  }
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [] : [entry.name]))
  } catch (error) {
    throw new DevdbError('migrations-unreadable', `the migrations folder cannot be read: ${(error as Error).message}`, {
      file: dir,
      hint: `look at its rights: ls -ld ${dir}`,
      cause: error,
    })
  }
}
