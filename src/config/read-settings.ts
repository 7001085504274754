/** What the configuration says of models, migrations and their baseline: the short forms written out, paths absolute, defaults filled in. */
import { resolve } from 'node:path'
import { isContextStyle } from '../migration/migration-folder.ts'
import { splitGlob } from '../migration/migration-glob.ts'
import type { Config } from './config.ts'
import { defaults } from './defaults.ts'
import type { PlainConfig } from './user-config-schema.ts'

/** @param root the folder of the configuration file, for all of these */
export function readModels({ models: given }: PlainConfig, root: string): Config['models'] {
  const models = typeof given === 'string' || Array.isArray(given) ? { path: given } : given
  const { path, exclude = [], timeoutMs = defaults.modelTimeoutMs, beforeSync, afterSync } = models
  return {
    patterns: [path].flat(),
    exclude,
    timeoutMs,
    beforeSync: beforeSync === undefined ? null : resolve(root, beforeSync),
    afterSync: afterSync === undefined ? null : resolve(root, afterSync),
  }
}

/** Where migrations are, and how they are read. */
export function readMigrations({ migrations: given }: PlainConfig, root: string): Config['migrations'] {
  const {
    dir: place,
    named,
    match = null,
    call = 'auto',
    sort = 'name',
    context,
    params,
    meta = {},
  } = typeof given === 'string' ? { dir: given } : given
  const { dir, glob } = splitGlob(place)
  const { table = 'SequelizeMeta', column = 'name', schema = null, timestamps = false } = meta
  return {
    dir: resolve(root, dir),
    ...(glob === null ? {} : { glob }),
    ...(named === undefined ? {} : { named }),
    match,
    call,
    sort,
    ...(isContextStyle(context) ? { context } : {}),
    ...(context === undefined || isContextStyle(context) ? {} : { contextFile: resolve(root, context) }),
    ...(params === undefined ? {} : { paramsFile: resolve(root, params) }),
    meta: { table, column, schema, timestamps },
  }
}

/** Where replays start; null for an empty database. */
export function readBaseline({ baseline }: PlainConfig, root: string): Config['baseline'] {
  if (baseline === undefined) return null
  const { sql, inputs, names = [], ...rest } = typeof baseline === 'string' ? { sql: baseline } : baseline
  return {
    ...rest,
    ...(sql === undefined ? {} : { sql: resolve(root, sql) }),
    ...(inputs === undefined ? {} : { inputs: inputs.map((path) => resolve(root, path)) }),
    names,
  }
}
