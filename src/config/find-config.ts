/** Where the configuration file is. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { DevdbError } from '../error.ts'
import { nearestExisting, nearestName } from '../process/nearest-path.ts'

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
    throw new DevdbError('config-not-found', `there is no configuration file ${file}`, { hint: placeHint(file) })
  }
  for (let folder = from; ; folder = dirname(folder)) {
    const [file, twin] = configsIn(folder)
    if (file !== undefined && twin !== undefined) throw severalFiles(file, twin)
    if (file !== undefined) return realpathSync(file)
    if (dirname(folder) === folder) break
  }
  throw new DevdbError('config-not-found', `there is no devdb.config.* in ${from} or above it`, {
    hint: 'devdb init',
  })
}

/** Where one of them would win, nobody sees which. */
const severalFiles = (file: string, twin: string): DevdbError =>
  new DevdbError('config-invalid', `${dirname(file)} has two configurations: ${basename(file)} and ${basename(twin)}`, {
    file: twin,
    hint: `remove one of them, or name the one that is meant: --config ${basename(file)}`,
  })

/** A configuration nearby, or the folder in which there is none. */
function placeHint(file: string): string {
  const similar = existsSync(file) ? null : nearestName(file)
  const near = similar ?? [file, dirname(file)].flatMap(configsIn)[0]
  if (near !== undefined) return `--config ${relative(process.cwd(), near)}`
  const folder = nearestExisting(dirname(file))
  return folder === dirname(file)
    ? `no devdb.config.* lies in ${folder}: devdb init`
    : `there is no folder ${dirname(file)}`
}

const configsIn = (folder: string): readonly string[] =>
  names.map((name) => join(folder, name)).filter((path) => existsSync(path))
