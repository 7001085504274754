/** Where applied names are kept: in the project's own meta table, whatever its columns are. Called in a child process only. */
import type { Sequelize } from 'sequelize'
import type { UmzugStorage } from 'umzug'
import type { Target } from '../database/target.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { DevdbError } from '../error.ts'
import { factsOf } from '../model/sequelize-error.ts'
import { bareName, type MigrationFile, type MigrationSetting } from './migration-folder.ts'

/** What it is opened for. */
interface MetaUse {
  readonly dialect: Dialect
  /** The database that holds the table. */
  readonly target: Target
  readonly setting: MigrationSetting
  readonly files: readonly MigrationFile[]
  /** The table's names as they are now. */
  readonly logged: readonly string[]
}

/**
 * A storage for Umzug, under the names that the table has already: a compiled project logs `.js` for a `.ts` file, and some log no ending.
 * Umzug's own storage defines a model, which the project's `define` options and hooks would change, and fills no other columns.
 * @param use the table
 * @param sequelize the instance of the migration: rows go through its connection, so that a transaction that it left open takes them along
 */
export function openMetaStorage(use: MetaUse, sequelize: Sequelize): UmzugStorage {
  const { dialect, target, setting, files, logged } = use
  const loggedName = (name: string): string =>
    logged.find((old) => bareName(old) === bareName(name)) ?? likeOthers(name, logged)
  const looking = async <Value>(
    look: (connection: Awaited<ReturnType<Dialect['openForReading']>>) => Promise<Value>,
  ) => {
    const connection = await dialect.openForReading(target)
    return look(connection).finally(() => connection.close())
  }
  const send = async (statements: readonly string[], name: string): Promise<void> => {
    for (const sql of statements) {
      await sequelize.query(sql, { logging: false }).catch((error: unknown) => {
        throw refused(error, setting, name)
      })
    }
  }
  return {
    executed: async () => {
      const names = await looking((connection) => dialect.readMetaTable(connection, setting.meta))
      return names.map((name) => files.find((file) => bareName(file.name) === bareName(name))?.name ?? name)
    },
    logMigration: async ({ name }) => {
      const own = loggedName(name)
      await send(await looking((connection) => dialect.recordStatementsOf(connection, setting.meta, [own])), own)
    },
    unlogMigration: ({ name }) => send(dialect.forgetStatementsOf(setting.meta, [loggedName(name)]), name),
  }
}

const refused = (error: unknown, { meta }: MigrationSetting, name: string): DevdbError =>
  new DevdbError(
    'migration-failed',
    `the meta table ${meta.table} does not take the row of ${name}: ${factsOf(error).message}`,
    {
      migration: name,
      hint: `look at the columns of ${meta.table}, and at migrations.meta in the configuration`,
      cause: error,
    },
  )

/** The form that all other names in the table have. */
export function likeOthers(name: string, logged: readonly string[]): string {
  if (logged.length === 0) return name
  if (logged.every((old) => bareName(old) === old)) return bareName(name)
  if (logged.every((old) => old.endsWith('.js')) && /\.[cm]?ts$/.test(name)) return `${bareName(name)}.js`
  return name
}
