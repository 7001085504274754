/** Which dialect a database setting belongs to. */
import type { Target, TargetSettings } from '../database/target.ts'
import { DevdbError } from '../error.ts'
import type { Dialect } from './dialect.ts'
import { findSqliteFiles, newSqliteSetting } from './sqlite/find-sqlite-files.ts'
import { createSqliteDialect } from './sqlite/sqlite-dialect.ts'

type Create = (root: string, settings?: TargetSettings) => Dialect

const creators = { sqlite: createSqliteDialect } as const satisfies Record<string, Create>

/**
 * The dialect of a target.
 * @param name the target's `dialect`
 * @param root the user's project, whose driver is used
 * @param settings what the project sets for every database; a scratch database gets them
 */
export function dialectNamed(name: string, root: string, settings?: TargetSettings): Dialect {
  const create = (creators as Record<string, Create | undefined>)[name]
  if (create === undefined) throw unknownDialect(name)
  return create(root, settings)
}

/**
 * The dialect of a project's dev database; scratch databases get the settings that dev has.
 * @param dev the project's dev database
 * @param root the project
 */
export const dialectOf = (dev: Target, root: string): Dialect => dialectNamed(dev.dialect, root, dev)

/**
 * Reads a database setting with the dialect it belongs to.
 * @param setting a URL, or Sequelize options with `dialect`
 * @param root the user's project; relative paths start there
 * @throws DevdbError `dialect-unknown`, `config-invalid`
 */
export function readTarget(setting: string | Readonly<Record<string, unknown>>, root: string): Target {
  for (const create of Object.values(creators)) {
    const target = create(root).readTarget(setting, root)
    if (target !== null) return target
  }
  throw unknownDialect(typeof setting === 'string' ? (setting.split(':')[0] ?? '') : String(setting.dialect ?? ''))
}

/** The throwaway's setting when the configuration names none: beside dev's dialect, in devdb's own folder. */
export const defaultThrowaway = (dev: Target, root: string, folder: string): string =>
  dialectNamed(dev.dialect, root).defaultThrowaway(folder)

/** Whether a dialect of that name, as Sequelize calls it, can be opened. */
export const isKnownDialect = (name: string): boolean => name in creators

/** The setting of a dev database for a project that has none yet. */
export const newDevSetting = newSqliteSetting

/**
 * The settings of databases that lie among the files of a project.
 * @param root the project
 * @param paths relative to it
 */
export const findDatabaseFiles = (root: string, paths: readonly string[]): readonly string[] =>
  findSqliteFiles(root, paths)

const unknownDialect = (name: string): DevdbError =>
  new DevdbError('dialect-unknown', name === '' ? 'it names no dialect' : `no dialect of devdb opens "${name}"`, {
    hint: `use one of: ${Object.keys(creators)
      .map((known) => `${known}:…`)
      .join(', ')}`,
  })
