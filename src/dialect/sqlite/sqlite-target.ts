/** Which file a SQLite setting means, and whether two settings mean the same one. */
import { existsSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import type { Target } from '../../database/target.ts'
import { DevdbError } from '../../error.ts'

/**
 * Reads a setting: `sqlite:dev.db`, `sqlite:./dev.db`, `sqlite:/abs/dev.db`, `sqlite:///abs/dev.db`, or Sequelize options with `storage`.
 * Relative paths start at `base`: Sequelize itself reads `sqlite:dev.db` as a host (v6.37) and would open the file of that name
 * wherever the process was started, so child processes always get the absolute form.
 * @returns null when the setting is for another dialect
 * @throws DevdbError `config-invalid` for a database in memory, or none
 */
export function readSqliteTarget(setting: string | Readonly<Record<string, unknown>>, base: string): Target | null {
  const storage = typeof setting === 'string' ? pathOfUrl(setting) : storageOf(setting)
  if (storage === null) return null
  if (typeof storage !== 'string' || storage === '' || storage.startsWith(':memory:')) {
    throw new DevdbError('config-invalid', 'a database in memory is gone with each process; devdb needs a file', {
      hint: "write it as 'sqlite:dev.db'",
    })
  }
  if (/(?:^|\/)\.{0,2}$/.test(storage)) {
    throw new DevdbError('config-invalid', `"${storage}" is a folder; devdb needs a file`, {
      hint: "write it as 'sqlite:dev.db'",
    })
  }
  return fileTarget(resolve(base, storage), base, typeof setting === 'string' ? {} : settingsOf(setting))
}

/** Where the options of Sequelize, or of sequelize-cli's config file, say that it is. @returns null where they mean another dialect */
function storageOf({ dialect, storage, url }: Readonly<Record<string, unknown>>): unknown {
  if (typeof url === 'string' && (dialect === undefined || dialect === 'sqlite')) return pathOfUrl(url)
  return dialect === 'sqlite' ? storage : null
}

/** Options that say which database is meant, and what only sequelize-cli reads: lib/helpers/umzug-helper.js. */
const addressKeys =
  /^(?:dialect|storage|url|host|port|protocol|database|username|password|use_env_variable|replication|(?:migration|seeder)(?:Storage|Timestamps)\w*)$/

const settingsOf = (setting: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(setting).filter(([key]) => !addressKeys.test(key)))

/** The target that stands for a file. */
export function fileTarget(storage: string, base: string, settings: Readonly<Record<string, unknown>> = {}): Target {
  const inside = relative(base, storage)
  return {
    dialect: 'sqlite',
    url: `sqlite:${storage}`,
    label: inside.startsWith('..') ? storage : inside,
    storage,
    host: null,
    name: basename(storage, extname(storage)),
    options: { ...settings, dialect: 'sqlite', storage },
    settings,
    settingsFile: null,
  }
}

/** The file of a target that this dialect made. */
export const fileOf = (target: Target): string => target.storage as string

/**
 * Whether two paths are one file: also through symbolic links, hard links and, since the file system may fold it, other case.
 * Works for files that do not exist yet.
 */
export function isSameFile(a: string, b: string): boolean {
  if (truePath(a).toLowerCase() === truePath(b).toLowerCase()) return true
  if (!existsSync(a) || !existsSync(b)) return false
  const [left, right] = [statSync(a, { bigint: true }), statSync(b, { bigint: true })]
  return left.ino === right.ino && left.dev === right.dev
}

/**
 * The path without symbolic links, as far as it exists.
 * @throws Error with code ELOOP where links point to each other
 */
export function truePath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw error
  }
  const parent = dirname(path)
  const link = linkOf(path)
  if (link !== null) return truePath(resolve(truePath(parent), link))
  return parent === path ? path : join(truePath(parent), basename(path))
}

/** Where a link to what is not there yet leads; null where there is no link. */
function linkOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}

/** A user and a password in front of the path are nobody's: Sequelize leaves them out, too (v6.37, `parseConnectionString`). */
const pathOfUrl = (url: string): string | null => {
  const match = /^sqlite:(?:\/\/(?:[^/@\s]*:[^/\s]*@)?(?=\/|[^/]))?(.*)$/s.exec(url)
  if (match === null) return null
  const path = match[1] ?? ''
  return path.includes('?') ? path.slice(0, path.indexOf('?')) : path
}
