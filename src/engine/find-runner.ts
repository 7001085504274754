/** How does the project's own set-up of Umzug call its migrations? Looked for only where no migration shows it. */
import { relative, sep } from 'node:path'
import type { Config } from '../config/config.ts'
import type { RunnerHint } from '../migration/draft-style.ts'
import { findUmzug } from '../survey/find-umzug.ts'
import { readListing } from '../survey/listing.ts'

/**
 * Finds it.
 * @param config the configuration
 * @returns null where there is none, or its text does not show it
 */
export function findRunner({ root, migrations }: Pick<Config, 'root' | 'migrations'>): RunnerHint | null {
  const uses = findUmzug(readListing(root)).filter(({ isForSeeders }) => !isForSeeders)
  const dir = relative(root, migrations.dir).split(sep).join('/')
  return (uses.find((use) => use.dir === dir) ?? uses.find((use) => use.dir === null) ?? uses[0])?.call ?? null
}
