/** `devdb.accepted.json`: committed beside the configuration; absent when nothing is accepted. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { DevdbError } from '../error.ts'

/** The file's name, beside the configuration. */
export const acceptedName = 'devdb.accepted.json'

const fileOf = ({ root }: Config): string => join(root, acceptedName)

/**
 * Reads the accepted differences.
 * @throws DevdbError `config-invalid`
 */
export function readAccepted(config: Config): readonly string[] {
  const file = fileOf(config)
  if (!existsSync(file)) return []
  const accepted = (parse(file) as { readonly accepted?: unknown } | null)?.accepted
  if (Array.isArray(accepted) && accepted.every((entry) => typeof entry === 'string')) return accepted
  throw new DevdbError('config-invalid', 'devdb.accepted.json must hold { "accepted": [lines] }', {
    file,
    hint,
  })
}

/** Writes them; removes the file when there are none. */
export function writeAccepted(config: Config, entries: readonly string[]): void {
  const file = fileOf(config)
  if (entries.length === 0) {
    rmSync(file, { force: true })
    return
  }
  writeFileSync(`${file}.new`, `${JSON.stringify({ accepted: entries }, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

// While it cannot be read, nothing says what was accepted.
const hint = 'mend it, or remove it and then: devdb check --accept'

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new DevdbError('config-invalid', `devdb.accepted.json is no JSON: ${(error as Error).message}`, {
      file,
      cause: error,
      hint,
    })
  }
}
