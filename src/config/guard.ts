/** Which dev databases are refused: those of somebody else, and those that look like production. */
import type { Target } from '../database/target.ts'
import type { KnownName } from '../dialect/dialect.ts'

/** Why a dev database is refused, and the name that allows it. */
export interface Refusal {
  readonly reason: string
  readonly allow: string
}

const localHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '[::1]'])

/** What stands right behind a word that is glued to it: `proddb`, `livedata`. */
const glued = '(?:db|data|database|base|env|server|site|copy|dump|backup)?(?![a-z])'

/** Names of production, in small letters and with a `-` where a capital began a word. `reproduction` and `product` are none. */
const productionNames: readonly RegExp[] = [
  /(?<!re|co|over|under|post)production(?!s|al)/,
  new RegExp(`pro?d${glued}`),
  new RegExp(
    `(?<![a-z])live(?!-?(?:chat|stream|reload|score|blog|cod(?:e|ing)|share|view|preview|demo|event|search))${glued}`,
  ),
]

/**
 * Why a dev database is refused.
 * @param dev the database
 * @param names what it is known by: its own name, the folders that it lies in, and where links lead
 * @param allowed names that the configuration allows
 * @param env the environment
 * @returns null where it is not
 */
export function refusalOf(
  dev: Target,
  names: readonly KnownName[],
  allowed: readonly string[],
  env: NodeJS.ProcessEnv,
): Refusal | null {
  if ([dev.name, dev.label].some((name) => allowed.includes(name))) return null
  const allow = dev.name
  if (dev.host !== null && !localHosts.has(dev.host)) return { reason: `it is on another host, ${dev.host}`, allow }
  const suspect = names.find(({ name, allowedBy }) => looksLikeProduction(name) && !allowed.includes(allowedBy))
  if (suspect !== undefined)
    return { reason: `${suspect.what} "${suspect.name}" looks like production`, allow: suspect.allowedBy }
  return env.NODE_ENV === 'production' ? { reason: 'NODE_ENV is production', allow } : null
}

/** Whether a name is one that production databases, or their folders, have. */
export function looksLikeProduction(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[\s_.]+/g, '-')
  return productionNames.some((pattern) => pattern.test(words))
}
