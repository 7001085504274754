/** How a configuration file is read: JSON as text, the others as code. */
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DevdbError, messageOf } from '../error.ts'
import { assertPackagesReadable } from '../process/assert-packages-readable.ts'
import { assertSequelize } from '../process/assert-sequelize.ts'
import { packageHint } from '../process/package-hint.ts'
import { parseJson, withoutMark } from '../process/parse-json.ts'
import type { Config } from './config.ts'
import { defaultExport } from './default-export.ts'
import { evaluateConfig } from './evaluate-config.ts'

/**
 * Loads a configuration file.
 * @param file absolute path
 * @param importFile imports a file of the user's
 * @param filesOf what was loaded besides the file itself, once it is
 * @throws DevdbError `config-failed`, `config-invalid`, `dev-refused`, `throwaway-is-dev`, `package-missing`
 */
export async function loadConfig(
  file: string,
  importFile: (path: string) => Promise<unknown>,
  filesOf: () => readonly string[] = () => [],
): Promise<Config> {
  assertPackagesReadable(dirname(file))
  assertSequelize(dirname(file))
  const exported = await read(file, importFile)
  return evaluateConfig(exported, file, [...new Set([file, ...filesOf()])])
}

async function read(file: string, importFile: (path: string) => Promise<unknown>): Promise<unknown> {
  try {
    if (file.endsWith('.json')) return parseJson(await readFile(file, 'utf8'))
    return defaultExport(await importFile(file))
  } catch (error) {
    if (error instanceof DevdbError) throw error
    const line = file.endsWith('.json')
      ? lineInJson(error as Error, withoutMark(await readFile(file, 'utf8').catch(() => '')))
      : undefined
    throw new DevdbError('config-failed', `the configuration does not load: ${messageOf(error)}`, {
      file,
      cause: error,
      hint: packageHint(error, file) ?? 'mend it, and save',
      ...(line === undefined ? {} : { line }),
    })
  }
}

/** V8 tells a position, from which the line follows. */
function lineInJson(error: Error, text: string): number | undefined {
  const position = /position (\d+)/.exec(error.message)?.[1]
  if (position !== undefined) return text.slice(0, Number(position)).split('\n').length
  return /end of JSON/i.test(error.message) ? text.split('\n').length : undefined
}
