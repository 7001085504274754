/** `devdb.renames.json`: what was answered when a draft asked whether something was renamed. */
import type { Config } from '../config/config.ts'
import { readCommitted, writeCommitted } from './committed-json.ts'
import type { RememberedRenames } from './draft-renames.ts'

const renamesFile = {
  name: 'devdb.renames.json',
  keys: ['renames', 'tableRenames', 'notRenamed', 'notRenamedTables'],
  hint: 'mend it, or remove it: then the questions are asked again',
} as const

/**
 * Reads the answers.
 * @throws DevdbError `config-invalid`
 */
export const readRenames = (config: Pick<Config, 'root'>): RememberedRenames => readCommitted(config, renamesFile)

/** Writes them; removes the file when there are none. */
export const writeRenames = (config: Pick<Config, 'root'>, answers: RememberedRenames): void =>
  writeCommitted(config, renamesFile, answers)
