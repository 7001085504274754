/** `devdb.accepted.json`: the differences that the team accepts. */
import type { Config } from '../config/config.ts'
import { readCommitted, writeCommitted } from './committed-json.ts'

/** The file's name, beside the configuration. */
export const acceptedName = 'devdb.accepted.json'

const acceptedFile = {
  name: acceptedName,
  keys: ['accepted'],
  // While it cannot be read, nothing says what was accepted.
  hint: 'mend it, or remove it and then: devdb check --accept',
} as const

/**
 * Reads the accepted differences.
 * @throws DevdbError `config-invalid`
 */
export const readAccepted = (config: Pick<Config, 'root'>): readonly string[] =>
  readCommitted(config, acceptedFile).accepted

/** Writes them; removes the file when there are none. */
export const writeAccepted = (config: Pick<Config, 'root'>, accepted: readonly string[]): void =>
  writeCommitted(config, acceptedFile, { accepted })
