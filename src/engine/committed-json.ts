/** Small JSON files that are committed beside the configuration: lists of lines, sorted, absent when there are none. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { DevdbError } from '../error.ts'
import { parseJson } from '../process/parse-json.ts'
import { replaceFile } from './own-folder.ts'

/** One such file. */
export interface CommittedFile<Key extends string> {
  /** Its name, beside the configuration. */
  readonly name: string
  /** The lists that it may hold. */
  readonly keys: readonly Key[]
  /** What to do when it cannot be read. */
  readonly hint: string
}

/**
 * Reads one; a list that is absent is empty.
 * @throws DevdbError `config-invalid` where it is no JSON, or holds something else
 */
export function readCommitted<Key extends string>(
  { root }: Pick<Config, 'root'>,
  { name, keys, hint }: CommittedFile<Key>,
): Readonly<Record<Key, readonly string[]>> {
  const file = join(root, name)
  const held = existsSync(file) ? (parse(file, name, hint) as Readonly<Record<string, unknown>> | null) : {}
  const lists = keys.map((key) => [key, held?.[key] ?? []] as const)
  const known: readonly string[] = keys
  // A key that nobody reads would be lost when the file is written again.
  const isFit =
    typeof held === 'object' &&
    held !== null &&
    !Array.isArray(held) &&
    Object.keys(held).every((key) => known.includes(key))
  if (!isFit || !lists.every(([, list]) => Array.isArray(list) && list.every((line) => typeof line === 'string'))) {
    const shape = keys.map((key) => `"${key}": [lines]`).join(', ')
    throw new DevdbError('config-invalid', `${name} must hold { ${shape} }`, { file, hint })
  }
  return Object.fromEntries(lists) as Record<Key, readonly string[]>
}

/** Writes one, before or after, never half; removes it when all its lists are empty. */
export function writeCommitted<Key extends string>(
  { root }: Pick<Config, 'root'>,
  { name, keys }: CommittedFile<Key>,
  lists: Readonly<Record<Key, readonly string[]>>,
): void {
  const file = join(root, name)
  const filled = keys.filter((key) => lists[key].length > 0)
  if (filled.length === 0) {
    rmSync(file, { force: true })
    return
  }
  const held = Object.fromEntries(filled.map((key) => [key, lists[key]]))
  replaceFile(file, `${JSON.stringify(held, null, 2)}\n`, 0o666)
}

function parse(file: string, name: string, hint: string): unknown {
  try {
    return parseJson(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new DevdbError('config-invalid', `${name} is no JSON: ${(error as Error).message}`, {
      file,
      cause: error,
      hint,
    })
  }
}
