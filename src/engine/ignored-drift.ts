/** `devdb.drift.json`: what in dev differs from its migrations and is to be left out of sight. A file of its own: what the models need is another matter. */
import type { Config } from '../config/config.ts'
import { readCommitted, writeCommitted } from './committed-json.ts'

/** The file's name, beside the configuration. */
export const ignoredDriftName = 'devdb.drift.json'

const ignoredFile = {
  name: ignoredDriftName,
  keys: ['ignored'],
  hint: 'mend it, or remove it and then: devdb drift --ignore NAME',
} as const

/**
 * Reads the lines of what is ignored.
 * @throws DevdbError `config-invalid`
 */
export const readIgnoredDrift = (config: Pick<Config, 'root'>): readonly string[] =>
  readCommitted(config, ignoredFile).ignored

/** Writes them, sorted; removes the file when there are none. */
export const writeIgnoredDrift = (config: Pick<Config, 'root'>, lines: readonly string[]): void =>
  writeCommitted(config, ignoredFile, { ignored: [...new Set(lines)].sort() })
