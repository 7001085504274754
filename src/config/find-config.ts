/** Where the configuration file is. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DevdbError } from '../error.ts'

const names = ['ts', 'mts', 'js', 'mjs', 'cjs', 'json'].map((ending) => `devdb.config.${ending}`)

/**
 * Finds the configuration file.
 * @param from the folder to start from; then upwards
 * @param given what `--config` says, relative to `from`; null when it was not given
 * @returns its absolute path without symbolic links, as Node names the modules that it loads
 * @throws DevdbError `config-not-found`
 */
export function findConfig(from: string, given: string | null): string {
  if (given !== null) {
    const file = resolve(from, given)
    if (existsSync(file) && statSync(file).isFile()) return realpathSync(file)
    throw new DevdbError('config-not-found', `there is no configuration file ${file}`, {
      hint: `ls '${dirname(file)}'`,
    })
  }
  for (let folder = from; ; folder = dirname(folder)) {
    const file = names.map((name) => join(folder, name)).find((path) => existsSync(path))
    if (file !== undefined) return realpathSync(file)
    if (dirname(folder) === folder) break
  }
  throw new DevdbError('config-not-found', `there is no devdb.config.* in ${from} or above it`, {
    hint: 'devdb init',
  })
}
