/** Which dev databases are refused: those of somebody else, and those that look like production. */
import type { Target } from '../database/target.ts'

const localHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '[::1]'])

/** "production", "prod" or "live" as a word of its own in a name. */
const productionName = /(?:^|[^a-z])(?:prod|production|live)(?:[^a-z]|$)/i

/**
 * Why a dev database is refused.
 * @param dev the database
 * @param allowed names that the configuration allows
 * @param env the environment
 * @returns the reason, or null
 */
export function refusalOf(dev: Target, allowed: readonly string[], env: NodeJS.ProcessEnv): string | null {
  if (allowed.includes(dev.name)) return null
  if (dev.host !== null && !localHosts.has(dev.host)) return `it is on another host, ${dev.host}`
  if (productionName.test(dev.name)) return `its name "${dev.name}" looks like production`
  if (env.NODE_ENV === 'production') return 'NODE_ENV is production'
  return null
}
