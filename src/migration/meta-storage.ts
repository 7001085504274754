/** Where applied names are kept: through Umzug's own storage. Called in a child process only. */
import type { Sequelize } from 'sequelize'
import { SequelizeStorage, type UmzugStorage } from 'umzug'
import { bareName, type MigrationFile, type MigrationSetting } from './migration-folder.ts'

/** What it is opened for. */
interface MetaUse {
  readonly setting: MigrationSetting
  readonly files: readonly MigrationFile[]
  /** The table's names as they are now. */
  readonly logged: readonly string[]
}

/**
 * Umzug's own Sequelize storage, under the names that the table has already: a compiled project logs `.js` for a `.ts` file, and some
 * log no ending. The table's name is always given, since Umzug's and sequelize-cli's defaults are not everyone's.
 */
export async function openMetaStorage(
  { setting, logged, files }: MetaUse,
  sequelize: Sequelize,
): Promise<UmzugStorage> {
  const { table, column, schema } = setting.meta
  const storage = new SequelizeStorage({
    sequelize,
    tableName: table,
    columnName: column,
    ...(schema === null ? {} : { schema }),
    timestamps: setting.meta.timestamps || (await hasTimestamps(setting, sequelize)),
  })
  const loggedName = (name: string): string =>
    logged.find((old) => bareName(old) === bareName(name)) ?? likeOthers(name, logged)
  return {
    executed: async () => {
      const names = await storage.executed()
      return names.map((name) => files.find((file) => bareName(file.name) === bareName(name))?.name ?? name)
    },
    logMigration: (params) => storage.logMigration({ ...params, name: loggedName(params.name) }),
    unlogMigration: (params) => storage.unlogMigration({ ...params, name: loggedName(params.name) }),
  }
}

/** The form that all other names in the table have. */
export function likeOthers(name: string, logged: readonly string[]): string {
  if (logged.length === 0) return name
  if (logged.every((old) => bareName(old) === old)) return bareName(name)
  if (logged.every((old) => old.endsWith('.js')) && /\.[cm]?ts$/.test(name)) return `${bareName(name)}.js`
  return name
}

/** Umzug's `timestamps: true`, or sequelize-cli's `db:migrate:schema:timestamps:add`: a row without them is refused. */
async function hasTimestamps({ meta: { table, schema } }: MigrationSetting, sequelize: Sequelize): Promise<boolean> {
  const name = schema === null ? table : { tableName: table, schema }
  const queryInterface = sequelize.getQueryInterface()
  if (!(await queryInterface.tableExists(name))) return false
  const columns = await queryInterface.describeTable(name)
  return 'createdAt' in columns && 'updatedAt' in columns
}
