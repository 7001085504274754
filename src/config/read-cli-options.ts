/** Which options does sequelize-cli's config file give for dev? Read where the configuration names dev by a URL and says no more. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import { dialectNamed, readTarget } from '../dialect/find-dialect.ts'
import { parseJson } from '../process/parse-json.ts'

type Options = Readonly<Record<string, unknown>>

/**
 * Reads `config/config.json`, as `sequelize-cli init` writes it; what is code is read by `devdb init` alone.
 * @param root the project
 * @param dev the dev database
 * @param env the environment: NODE_ENV says which of its environments comes first
 * @returns none where no environment there names dev
 */
export function readCliOptions(root: string, dev: Target, env: NodeJS.ProcessEnv = process.env): Options {
  const file = cliOptionsFile(root)
  if (file === null) return {}
  const all = read(file)
  const own = [env.NODE_ENV ?? 'development', 'development', ...Object.keys(all)]
  const found = own
    .map((name) => targetIn(all[name], root))
    .find((target) => target !== null && isDev(target, dev, root))
  return found?.settings ?? {}
}

/** The file; null where there is none, or `.sequelizerc` may name another one. */
export function cliOptionsFile(root: string): string | null {
  const file = join(root, 'config', 'config.json')
  return existsSync(join(root, '.sequelizerc')) || !existsSync(file) ? null : file
}

/** A file that does not parse, or names what devdb does not open, is for sequelize-cli to refuse. */
function read(file: string): Options {
  try {
    return parseJson(readFileSync(file, 'utf8')) as Options
  } catch {
    return {}
  }
}

function targetIn(options: unknown, root: string): Target | null {
  if (typeof options !== 'object' || options === null) return null
  try {
    return readTarget(options as Options, root)
  } catch {
    return null
  }
}

const isDev = (target: Target, dev: Target, root: string): boolean =>
  target.dialect === dev.dialect && dialectNamed(dev.dialect, root).isSame(target, dev)
