/** What a migration's functions get: what the configuration says that the project's runner gives, or what suits every signature. Called in a child process only. */
import type { Sequelize } from 'sequelize'
import { DevdbError } from '../error.ts'
import { loadSequelize } from '../model/load-sequelize.ts'
import { firstArgument } from './first-argument.ts'
import { wantHint } from './migration-error.ts'
import type { MigrationFile, MigrationSetting } from './migration-folder.ts'
import { readSignature, secondParameter } from './read-signature.ts'

/** Where they come from. */
export interface ArgumentSource {
  readonly root: string
  readonly setting: MigrationSetting
  importFile(path: string): Promise<unknown>
}

/** What to call with. */
export interface MigrationArguments {
  readonly values: readonly unknown[]
  /** Whether these are all of them: nothing may be added, such as a callback. */
  readonly areExact: boolean
  /** Keys that the migration asked for and the arguments lack. */
  readonly lacking: ReadonlySet<string>
}

/**
 * Makes them, for one migration on one database.
 * @param source where they come from
 * @param file the migration
 * @param sequelize on the database that it is to change
 * @throws DevdbError `config-failed` where a module of the configuration does not give them
 */
export async function migrationArguments(
  source: ArgumentSource,
  file: MigrationFile,
  sequelize: Sequelize,
): Promise<MigrationArguments> {
  const { root, setting } = source
  const lacking = new Set<string>()
  const { Sequelize } = loadSequelize(root)
  if (setting.paramsFile !== undefined) {
    const values = await madeBy(source, setting.paramsFile, sequelize)
    if (!Array.isArray(values)) throw unfit(setting.paramsFile, 'params', 'an array')
    return { values, areExact: true, lacking }
  }
  if (setting.contextFile === undefined)
    return { values: [firstArgument(setting.call, file, sequelize, lacking), Sequelize], areExact: false, lacking }
  const context = recorded(await madeBy(source, setting.contextFile, sequelize), lacking)
  const { name, path } = file
  return {
    values: setting.call === 'cli' ? [context, Sequelize] : [{ name, path, context }],
    areExact: setting.call !== 'cli',
    lacking,
  }
}

/** What a module exports, called where it is a function, for the database at hand. */
async function madeBy({ root, importFile }: ArgumentSource, path: string, sequelize: Sequelize): Promise<unknown> {
  const exported = (await importFile(path)) as { readonly default?: unknown } | null
  const value = exported?.default ?? exported
  if (typeof value !== 'function') return value
  const { Sequelize } = loadSequelize(root)
  const queryInterface = sequelize.getQueryInterface()
  const { DataTypes } = Sequelize as unknown as { readonly DataTypes: unknown }
  const tools = { sequelize, queryInterface, Sequelize, DataTypes }
  return (value as (tools: unknown) => unknown)(tools)
}

const unfit = (path: string, option: string, wanted: string): DevdbError =>
  new DevdbError('config-failed', `migrations.${option} must give ${wanted}`, {
    file: path,
    hint: `export ${wanted}, or a function of ({ sequelize, queryInterface, Sequelize, DataTypes }) that returns it`,
  })

/** Notes which keys a plain object lacks; anything else stays what it is. */
function recorded(context: unknown, lacking: Set<string>): unknown {
  const isPlain =
    typeof context === 'object' && context !== null && [Object.prototype, null].includes(Object.getPrototypeOf(context))
  if (!isPlain) return context
  return new Proxy(context as object, {
    get(target, key, receiver) {
      if (typeof key === 'string' && !(key in target) && key !== 'then') lacking.add(key)
      return Reflect.get(target, key, receiver)
    },
  })
}

/**
 * Whether a migration failed for want of what its runner gives it.
 * @param error what it threw
 * @param file the migration
 * @param source its text
 * @param given what it was called with
 * @returns what to say then; null where the migration itself is at fault
 */
export function wantOf(
  error: unknown,
  file: MigrationFile,
  source: string,
  { lacking, areExact }: MigrationArguments,
): DevdbError | null {
  if (!(error instanceof TypeError)) return null
  const parts = { file: file.path, migration: file.name, cause: error }
  const keys = [...lacking]
  if (keys.length > 0)
    return new DevdbError(
      'migration-failed',
      `${file.name} takes ${keys.join(', ')} from what its runner passes, which devdb does not have: ${error.message}`,
      {
        ...parts,
        hint: `${wantHint}.context: a module that exports ({ sequelize, queryInterface, Sequelize }) => ({ ${keys[0]}: … })`,
      },
    )
  const second = areExact || readSignature(source)?.second !== 'other' ? null : secondParameter(source)
  if (second === null || !/undefined|not a function|not iterable|null/.test(error.message)) return null
  return new DevdbError(
    'migration-failed',
    `${file.name} takes ${second} as its second argument, which devdb does not have: ${error.message}`,
    { ...parts, hint: `${wantHint}.params: a module that exports ({ queryInterface }) => [queryInterface, ${second}]` },
  )
}
