/** What is a project written in? */
import { parseJson } from '../process/parse-json.ts'
import { isCode, type Listing } from './listing.ts'

/** How the configuration is to be written. */
export interface CodeKind {
  readonly isTypeScript: boolean
  readonly module: 'esm' | 'cjs'
  /** Ending of the configuration file, with its dot. */
  readonly ending: '.ts' | '.mts' | '.js' | '.mjs' | '.cjs'
  /** Whether the project reads its environment from a `.env` file by dotenv. */
  readonly usesDotenv: boolean
}

interface Package {
  readonly type?: unknown
  readonly dependencies?: Readonly<Record<string, unknown>>
  readonly devDependencies?: Readonly<Record<string, unknown>>
}

/** Reads a listing's package.json; empty where there is none that can be read. */
export function packageOf(listing: Listing): Package {
  try {
    return (parseJson(listing.read('package.json')) ?? {}) as Package
  } catch {
    return {}
  }
}

/** Whether a package is among the project's own dependencies. */
export const dependsOn = (listing: Listing, name: string): boolean => {
  const { dependencies, devDependencies } = packageOf(listing)
  return name in { ...dependencies, ...devDependencies }
}

/**
 * Looks at package.json and at the files.
 * @param listing the project
 */
export function findCodeKind(listing: Listing): CodeKind {
  const code = listing.files.filter((path) => isCode(path) && !/\.(?:config|test|spec)\./.test(path))
  const typed = code.filter((path) => /\.[cm]?ts$/.test(path)).length
  // A frontend may be written in another language than what speaks to the database.
  const decisive = code.filter((path) => /['"](?:sequelize|sequelize-typescript|umzug)['"]/.test(listing.read(path)))
  const isPlain = decisive.length > 0 && !decisive.some((path) => /\.[cm]?ts$/.test(path))
  const isTypeScript = typed > 0 && !isPlain && (listing.files.includes('tsconfig.json') || typed * 2 >= code.length)
  const isModule = packageOf(listing).type === 'module'
  const count = (ending: string): number => code.filter((path) => path.endsWith(ending)).length
  const usesDotenv = dependsOn(listing, 'dotenv') && listing.files.some((path) => path === '.env')
  if (isTypeScript) return { isTypeScript, module: 'esm', ending: '.ts', usesDotenv }
  // Where the package says nothing, files that name their own kind show which one its people write.
  if (isModule) {
    const isCjs = count('.js') === 0 && count('.cjs') > count('.mjs')
    return { isTypeScript, module: isCjs ? 'cjs' : 'esm', ending: isCjs ? '.cjs' : '.js', usesDotenv }
  }
  const isMjs = count('.js') === 0 && count('.mjs') >= Math.max(1, count('.cjs'))
  return { isTypeScript, module: isMjs ? 'esm' : 'cjs', ending: isMjs ? '.mjs' : '.js', usesDotenv }
}
