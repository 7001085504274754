/** Which options does sequelize-cli's config file give for dev? Read where the configuration names dev by a URL and says no more. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Target } from '../database/target.ts'
import { dialectNamed, readTarget } from '../dialect/find-dialect.ts'
import { parseJson } from '../process/parse-json.ts'

type Options = Readonly<Record<string, unknown>>

/**
 * Reads `config/config.json`, as `sequelize-cli init` writes it, or the JSON that `.sequelizerc` names; what is code is read by `devdb init` alone.
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

/**
 * The files that the options depend on: `.sequelizerc`, and the file that it names.
 * @param root the project
 */
export const cliOptionsFiles = (root: string): readonly string[] =>
  [join(root, '.sequelizerc'), cliOptionsFile(root)].filter((file) => file !== null && existsSync(file)) as string[]

/** Null where there is none, where it is code, or where it cannot be seen in the text of `.sequelizerc`. */
function cliOptionsFile(root: string): string | null {
  const path = pathInSettings(root)
  const file = path === null ? null : resolve(root, path)
  return file?.endsWith('.json') && existsSync(file) ? file : null
}

const text = /'[^'\n]*'|"[^"\n]*"/.source

/** A string, or what `path.resolve` or `path.join` makes of strings, up to the end of the setting. */
const pathSetting = new RegExp(
  `(?<![\\w$-])(['"]?)config\\1\\s*:\\s*(?:(?:(?:require\\(['"](?:node:)?path['"]\\)|path)\\.)?(?:resolve|join)\\(\\s*)?((?:__dirname|process\\.cwd\\(\\)|${text})(?:\\s*,\\s*(?:${text}))*)\\s*,?\\s*\\)?\\s*(?:[,}]|$)`,
)

/** `.sequelizerc` is code, which does not run here: a path that its text does not show is not followed. */
function pathInSettings(root: string): string | null {
  const file = join(root, '.sequelizerc')
  const usual = join('config', 'config.json')
  if (!existsSync(file)) return usual
  const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const parts = pathSetting.exec(code)?.[2]?.matchAll(/(['"])(.*?)\1/g)
  if (parts === undefined) return /(['"]?)\bconfig\1\s*[:,}]/.test(code) ? null : usual
  return join(...[...parts].map(([, , part = '']) => part))
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
