/** How sequelize-cli's settings are read. Called in a child process only, for they are code. */

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { messageOf } from '../error.ts'
import { parseJson } from '../process/parse-json.ts'
import { type CliDatabase, type CliSettings, usualEnvironment } from './cli-settings.ts'
import { settingsOf } from './instance-settings.ts'

type Settings = Readonly<Record<string, unknown>>

/**
 * Reads the settings as sequelize-cli 6 does: lib/core/yargs.js, lib/helpers/config-helper.js and umzug-helper.js.
 * @param root the project, absolute
 * @param wanted the environment; null for the usual one
 * @param importFile imports a file of the user's
 * @throws whatever `.sequelizerc` throws
 */
export async function readCliSettings(
  root: string,
  wanted: string | null,
  importFile: (path: string) => Promise<unknown>,
): Promise<CliSettings> {
  const rcFile = join(root, '.sequelizerc')
  // It has no ending, which only require takes for JavaScript.
  const rc = existsSync(rcFile) ? asSettings(createRequire(rcFile)(rcFile)) : null
  const configFile = configFileOf(root, rc)
  const base = {
    rcFile: rc === null ? null : '.sequelizerc',
    configFile: configFile === null ? null : relative(root, configFile),
    paths: pathsOf(root, rc ?? {}),
  }
  const unread = { ...base, environments: [], environment: null, database: null, fault: null }
  const url = textOf(rc?.url)
  if (url !== null) return { ...unread, database: databaseOf({ url }) }
  if (configFile === null) return unread
  try {
    const all = asSettings(await settled(await read(configFile, importFile)))
    const environments = Object.keys(all).filter((name) => isSettings(all[name]))
    const environment = environmentOf(environments, wanted ?? textOf(rc?.env))
    const own = environment === null ? (isFlat(all) ? all : null) : asSettings(all[environment])
    return { ...base, environments, environment, database: own === null ? null : databaseOf(own), fault: null }
  } catch (error) {
    return { ...unread, fault: messageOf(error) }
  }
}

const read = async (file: string, importFile: (path: string) => Promise<unknown>): Promise<unknown> =>
  file.endsWith('.json') ? parseJson(readFileSync(file, 'utf8')) : importFile(file)

function configFileOf(root: string, rc: Settings | null): string | null {
  const named = textOf(rc?.config)
  const usual = ['config/config.js', 'config/config.json', 'config/config.cjs', 'config/config.mjs', 'config/config.ts']
  const paths = named === null ? usual.map((path) => join(root, path)) : [resolve(root, named)]
  return paths.find((path) => existsSync(path)) ?? null
}

function pathsOf(root: string, rc: Settings): CliSettings['paths'] {
  const named = (key: string): string | null => {
    const path = textOf(rc[key]) ?? textOf(rc[key.replace(/-(\w)/, (_, letter: string) => letter.toUpperCase())])
    if (path === null) return null
    const inside = relative(root, resolve(root, path))
    return inside.startsWith('..') || isAbsolute(inside) ? null : inside.replaceAll('\\', '/')
  }
  const found = { models: named('models-path'), migrations: named('migrations-path'), seeders: named('seeders-path') }
  return Object.fromEntries(Object.entries(found).filter(([, path]) => path !== null))
}

/** A function with a callback, a function that gives a promise, a promise, or the thing itself; with or without `default`. */
async function settled(exported: unknown): Promise<unknown> {
  const holder = exported as { readonly default?: unknown } | null
  const value = await (holder?.default ?? exported)
  if (typeof value !== 'function') return value
  if (value.length !== 1) return (value as () => unknown)()
  return new Promise((done, fail) =>
    (value as (callback: (error: unknown, result: unknown) => void) => void)((error, result) =>
      error === null || error === undefined ? done(result) : fail(error),
    ),
  )
}

function environmentOf(environments: readonly string[], wanted: string | null): string | null {
  if (wanted !== null) return environments.includes(wanted) ? wanted : null
  if (environments.includes(usualEnvironment)) return usualEnvironment
  const own = environments.filter((name) => /^(?:dev|local|default)/i.test(name))
  return own[0] ?? null
}

function databaseOf(own: Settings): CliDatabase {
  const url = textOf(own.url)
  const settings = settingsOf(own)
  const hasSecret = textOf(own.password) !== null || (url !== null && /\/\/[^/]*:[^/]*@/.test(url))
  return {
    dialect: textOf(own.dialect) ?? url?.split(':')[0] ?? null,
    storage: textOf(own.storage),
    variable: textOf(own.use_env_variable),
    url: hasSecret ? null : url,
    hasSecret,
    metaTable: textOf(own.migrationStorageTableName),
    metaSchema: textOf(own.migrationStorageTableSchema),
    hasMetaTimestamps: own.migrationTimestamps === true,
    metaStorage: own.migrationStorage === 'sequelize' ? null : textOf(own.migrationStorage),
    notesSeeders: own.seederStorage === 'sequelize',
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const asSettings = (value: unknown): Settings => (isSettings(value) ? value : {})
/** Settings for every environment at once. */
const isFlat = (all: Settings): boolean => ['dialect', 'storage', 'url', 'use_env_variable'].some((key) => key in all)
