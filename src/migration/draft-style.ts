/** How a new migration should look: like its neighbours, so that the project's own runner runs it. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { parseJson } from '../process/parse-json.ts'
import type { ContextStyle, MigrationFile, MigrationSetting } from './migration-folder.ts'
import { readSignature, type Signature, type ToolPlace } from './read-signature.ts'

/** What is written around the steps. */
export interface DraftStyle {
  readonly extension: string
  readonly module: 'esm' | 'cjs'
  readonly isTypeScript: boolean
  readonly signature: 'umzug' | 'cli'
  /** What Umzug's context is in this project. */
  readonly context: ContextStyle
  /** Where the query interface is, where that is more than `signature` and `context` can say. */
  readonly place?: ToolPlace
  /** Where the types of columns come from: the second parameter, or Sequelize itself. Left out: as sequelize-cli has it. */
  readonly types?: 'second' | 'import'
  /** How Sequelize is imported by an ES module; by name where it is left out. */
  readonly importing?: 'named' | 'default'
  /** How TypeScript types are imported: `type` inside the braces, in a statement of their own, or as values are. */
  readonly typeImport?: 'inside' | 'apart' | 'plain'
  /** What ends a line; left out: a line feed. */
  readonly lineEnd?: '\r\n'
  /** Whether the file begins with a byte order mark. */
  readonly hasMark?: boolean
}

/** What is known of the project's runner, besides its migrations. */
export type RunnerHint = Signature

/** How to look, besides at the neighbours. */
export interface StyleWish {
  /** Looks at the set-up of Umzug, where the neighbours do not show how they are called. */
  readonly runner?: () => RunnerHint | null
  /** Code, although the newest neighbour is SQL. */
  readonly isCode?: boolean
}

/** How many of the newest neighbours are looked at. */
const looked = 8

/**
 * Looks at the newest migrations.
 * @param files the migrations, in name order
 * @param setting where they are, and what the configuration says of them
 * @param wish what else there is to know
 */
export function detectStyle(
  files: readonly MigrationFile[],
  setting: MigrationSetting,
  { runner = () => null, isCode = false }: StyleWish = {},
): DraftStyle {
  const newest = files.at(-1)
  const code = files.filter(({ path }) => !path.endsWith('.sql'))
  const scripts = isCode ? undefined : /(?:\.up)?\.sql$/.exec(basename(newest?.path ?? ''))?.[0]
  const sources = code
    .slice(-looked)
    .reverse()
    .map(({ path }) => readFileSync(path, 'utf8'))
  const [source = ''] = sources
  const extension = scripts ?? (code.length === 0 ? firstExtension(setting) : endingOf(code))
  const text = newest === undefined ? '' : readFileSync(newest.path, 'utf8')
  const isTypeScript = /\.[cm]?ts$/.test(extension)
  const called = callOf(sources, setting, runner)
  const known = code.length === 0 && called.place === null ? (setting.context ?? null) : null
  return {
    extension,
    module: moduleOf(extension, source, setting.dir),
    isTypeScript,
    signature: called.signature,
    context: known ?? 'queryInterface',
    ...(called.place === null ? {} : { place: called.place }),
    types: called.types,
    ...(sources.some(importsDefault) && !sources.some(importsNamed) ? { importing: 'default' as const } : {}),
    ...(isTypeScript ? { typeImport: typeImportOf(sources, setting.dir) } : {}),
    ...(/\r\n/.test(text) && !/[^\r]\n/.test(text) ? { lineEnd: '\r\n' as const } : {}),
    ...(text.startsWith('\uFEFF') ? { hasMark: true } : {}),
  }
}

/** How the file is called: as the configuration says, as its neighbours, as the runner is set up, or by what is installed. */
function callOf(
  sources: readonly string[],
  { call, dir, context }: MigrationSetting,
  runner: () => RunnerHint | null,
): Required<Pick<DraftStyle, 'signature' | 'types'>> & { readonly place: ToolPlace | null } {
  const signatures = sources.map(readSignature).filter((each) => each !== null)
  const fits = (place: ToolPlace | null): boolean =>
    place !== null && (call === 'auto' || place.keys.length > 0 === (call === 'umzug'))
  const neighbour = signatures.find(({ place }) => fits(place))?.place ?? null
  const hint = neighbour === null && context === undefined ? runner() : null
  const place = neighbour ?? (hint !== null && fits(hint.place) ? hint.place : null)
  const isUmzug =
    call === 'umzug' || (call === 'auto' && (place === null ? usesUmzugAlone(dir) : place.keys.length > 0))
  const seconds = new Set(signatures.map(({ second }) => second))
  if (signatures.length === 0) seconds.add(hint === null ? 'Sequelize' : hint.second)
  const isSafe = seconds.has('Sequelize') && !seconds.has('other') && !sources.some(importsTypes)
  return { signature: isUmzug ? 'umzug' : 'cli', place, types: isSafe && !isUmzug ? 'second' : 'import' }
}

const importsNamed = (source: string): boolean => /\bimport\s*\{[^}]*\}\s*from\s*['"]sequelize['"]/.test(source)
const importsDefault = (source: string): boolean => /\bimport\s+[\w$]+[^'"{}]*from\s*['"]sequelize['"]/.test(source)
const importsTypes = (source: string): boolean =>
  /\bDataTypes?\b[^;\n]*(?:from\s*|require\(\s*)['"]sequelize['"]/.test(source)

/** The ending of the newest code, with what all of its kind have before it: `.migration.js`. */
function endingOf(code: readonly MigrationFile[]): string {
  const ending = extname(code.at(-1)!.path)
  const alike = code.map(({ path }) => basename(path)).filter((name) => name.endsWith(ending))
  const whole = alike.map((name) => /(?<=.)\.[A-Za-z][\w-]*\.\w+$/.exec(name)?.[0])
  return whole[0] !== undefined && whole.every((each) => each === whole[0]) ? whole[0] : ending
}

/** Of the first migration of all: what the configuration lets be one, and what the project is written in. */
function firstExtension({ dir, match, glob = null }: MigrationSetting): string {
  const known = isTypeScriptAlone(dir) ? ['.ts', '.js'] : ['.js', '.ts']
  const pattern = match === null ? null : new RegExp(match)
  const fits = (ending: string): boolean =>
    (pattern?.test(`1-a${ending}`) ?? true) && (glob === null || glob.endsWith(ending) || !/\.\w+$/.test(glob))
  return (
    [...known, '.cjs', '.mjs', '.cts', '.mts', '.migration.js', '.migration.ts', '.up.sql', '.sql'].find(fits) ??
    known[0]!
  )
}

/** Whether the package is TypeScript, and no sequelize-cli, which runs JavaScript, has been set up in it. */
function isTypeScriptAlone(dir: string): boolean {
  for (let folder = dir; ; folder = dirname(folder)) {
    const has = (name: string): boolean => existsSync(join(folder, name))
    if (has('.sequelizerc') || has('config/config.json')) return false
    if (has('tsconfig.json')) return true
    if (has('package.json') || dirname(folder) === folder) return false
  }
}

function moduleOf(extension: string, source: string, dir: string): 'esm' | 'cjs' {
  if (/^\.m/.test(extname(extension) || extension)) return 'esm'
  if (/^\.c/.test(extname(extension) || extension)) return 'cjs'
  if (/^\s*export\b/m.test(source)) return 'esm'
  if (/\bmodule\.exports\b|^\s*exports\./m.test(source)) return 'cjs'
  return packageAbove(dir).type === 'module' ? 'esm' : 'cjs'
}

interface PackageFile {
  readonly type?: unknown
  readonly dependencies?: Readonly<Record<string, unknown>>
  readonly devDependencies?: Readonly<Record<string, unknown>>
}

function packageAbove(dir: string): PackageFile {
  for (let folder = dir; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (existsSync(file)) return readPackage(file)
    if (dirname(folder) === folder) return {}
  }
}

function readPackage(file: string): PackageFile {
  try {
    return (parseJson(readFileSync(file, 'utf8')) ?? {}) as PackageFile
  } catch {
    return {}
  }
}

/** Whether the package has Umzug, and no sequelize-cli, which calls migrations in its own way. */
function usesUmzugAlone(dir: string): boolean {
  const { dependencies, devDependencies } = packageAbove(dir)
  const all = { ...dependencies, ...devDependencies }
  // Umzug 2 passes what it is told to, by default nothing: https://github.com/sequelize/umzug/tree/v2.x#configuration
  return 'umzug' in all && !('sequelize-cli' in all) && !/^\D*[12]\./.test(String(all.umzug))
}

/**
 * As the project's TypeScript understands it: `import type` came with 3.8, `type` inside the braces with 4.5.
 * https://www.typescriptlang.org/docs/handbook/release-notes/typescript-4-5.html#type-modifiers-on-import-names
 */
function typeImportOf(sources: readonly string[], dir: string): NonNullable<DraftStyle['typeImport']> {
  const version = compilerVersion(dir)
  if (version === null) {
    const isPlain = sources.some(
      (source) => /\bimport\s*\{[^}]*\bQueryInterface\b[^}]*\}/.test(source) && !/\btype\b/.test(source),
    )
    return isPlain ? 'plain' : 'inside'
  }
  return version >= 4.05 ? 'inside' : version >= 3.08 ? 'apart' : 'plain'
}

/** The installed TypeScript, or the one that the package asks for, as `major + minor / 100`; null where there is none. */
function compilerVersion(dir: string): number | null {
  const numberOf = (text: unknown): number | null => {
    const [, major, minor] = /(\d+)(?:\.(\d+))?/.exec(String(text ?? '')) ?? []
    return major === undefined ? null : Number(major) + Number(minor ?? 0) / 100
  }
  for (let folder = dir; dirname(folder) !== folder; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', 'typescript', 'package.json')
    if (existsSync(file)) return numberOf((readPackage(file) as { version?: unknown }).version)
  }
  const { dependencies, devDependencies } = packageAbove(dir)
  return numberOf({ ...dependencies, ...devDependencies }.typescript)
}
