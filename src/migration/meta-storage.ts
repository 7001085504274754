/** Where applied names are kept: through Umzug's own storage. Called in a child process only. */
import type { Model, ModelStatic, QueryOptions, Sequelize } from 'sequelize'
import type { UmzugStorage } from 'umzug'
import type { Sequelize6 } from '../model/load-sequelize.ts'
import { loadUmzug } from './load-umzug.ts'
import { bareName, type MigrationFile, type MigrationSetting } from './migration-folder.ts'

// While devdb is loaded: later a loader of TypeScript would look through it.
const { SequelizeStorage } = loadUmzug()

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
  const clock = await findClock(setting, sequelize)
  const usual = {
    sequelize,
    tableName: table,
    columnName: column,
    ...(schema === null ? {} : { schema }),
    timestamps: setting.meta.timestamps || clock !== null,
  }
  const storage = new SequelizeStorage(
    clock === 'text' || clock === null
      ? usual
      : { model: countingModel(setting, sequelize, clock), columnName: column },
  )
  const loggedName = (name: string): string =>
    logged.find((old) => bareName(old) === bareName(name)) ?? likeOthers(name, logged)
  return {
    executed: async () => {
      await storage.model.sync()
      // No other column is read: Sequelize fails on dates that it cannot parse.
      const rows = await storage.model.findAll({ attributes: [column], order: [[column, 'ASC']], raw: true })
      const names = rows.map((row) => String((row as unknown as Record<string, unknown>)[column]))
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

/** How times are written in a table: as Sequelize does it, or as numbers. */
type Clock = 'text' | 'milliseconds' | 'seconds'

/** Milliseconds since 1970 have more digits from 1973 on, seconds until the year 5138. */
const leastMilliseconds = 1e11

/**
 * Umzug's `timestamps: true`, or sequelize-cli's `db:migrate:schema:timestamps:add`: a row without them is refused. Some have made the
 * columns themselves and hold numbers in them, which Sequelize would mix with texts and cannot read as dates.
 * @returns null where the table has no times
 */
async function findClock({ meta }: MigrationSetting, sequelize: Sequelize): Promise<Clock | null> {
  const { table, schema } = meta
  const name = schema === null ? table : { tableName: table, schema }
  const queryInterface = sequelize.getQueryInterface()
  if (!(await queryInterface.tableExists(name))) return null
  const columns = await queryInterface.describeTable(name)
  if (!('createdAt' in columns && 'updatedAt' in columns)) return null
  // By another name the value comes as it is: Sequelize parses by the types of the table's own columns.
  const attributes = [[libraryOf(sequelize).col('createdAt'), 'sample']]
  const sample: unknown = await queryInterface.rawSelect(name, { attributes, limit: 1 } as QueryOptions, 'sample')
  if (typeof sample === 'number') return sample < leastMilliseconds ? 'seconds' : 'milliseconds'
  return (sample ?? null) === null && /INT/i.test(columns.createdAt!.type) ? 'milliseconds' : 'text'
}

/** Umzug's own model (v3.8), with times that are numbers. */
function countingModel({ meta }: MigrationSetting, sequelize: Sequelize, clock: Clock): ModelStatic<Model> {
  const { DataTypes } = libraryOf(sequelize)
  const time = {
    type: DataTypes.BIGINT,
    allowNull: false,
    defaultValue: () => (clock === 'seconds' ? Math.floor(Date.now() / 1000) : Date.now()),
  }
  const name = { type: DataTypes.STRING, allowNull: false, unique: true, primaryKey: true }
  return sequelize.define(
    'SequelizeMeta',
    { [meta.column]: name, createdAt: time, updatedAt: time },
    { tableName: meta.table, timestamps: false, ...(meta.schema === null ? {} : { schema: meta.schema }) },
  )
}

/** The Sequelize that an instance is of: the project's own. */
const libraryOf = (sequelize: Sequelize): Sequelize6 => sequelize.constructor as unknown as Sequelize6
