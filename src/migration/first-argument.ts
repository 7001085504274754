/** How one argument suits every signature in which migrations and seeders are written. Called in a child process only. */
import type { QueryInterface, Sequelize } from 'sequelize'
import type { CallStyle, MigrationFile } from './migration-folder.ts'

/**
 * What a migration's function gets first. Umzug passes `{ name, path, context }`, sequelize-cli the query interface itself; an object that
 * is the query interface and holds the three as well suits both. Projects give Umzug either the query interface or the Sequelize instance
 * as context, so the context answers for both, too.
 * @param style what the configuration says of the signature
 * @param file the migration, or seeder
 * @param sequelize on the database that it is to change
 * @param lacking gets the keys that are asked for and not there
 */
export function firstArgument(
  style: CallStyle,
  { name, path }: MigrationFile,
  sequelize: Sequelize,
  lacking = new Set<string>(),
): unknown {
  const queryInterface = sequelize.getQueryInterface()
  if (style === 'cli') return queryInterface
  const context = bothInOne(queryInterface, queryInterface, sequelize, lacking)
  if (style === 'umzug') return { name, path, context }
  const all = Object.assign(Object.create(queryInterface) as QueryInterface, { name, path, context })
  return bothInOne(all, queryInterface, sequelize, lacking)
}

const heldBeside: ReadonlySet<string | symbol> = new Set(['queryInterface', 'Sequelize', 'DataTypes', 'logger'])

const bothInOne = (
  first: QueryInterface,
  queryInterface: QueryInterface,
  sequelize: Sequelize,
  lacking: Set<string>,
): QueryInterface =>
  new Proxy(first, {
    get: (target, key) => {
      // Umzug's own examples give an object that holds them.
      if (key === 'queryInterface') return queryInterface
      if (key === 'Sequelize' || key === 'DataTypes')
        return (sequelize.constructor as unknown as Record<string, unknown>)[key]
      // Whatever an application's own logger writes to, here it is told as a line of the migration.
      if (key === 'logger') return console
      // An object that could be awaited would be taken for a promise.
      if (typeof key === 'string' && key !== 'then' && !(key in target) && !(key in sequelize)) lacking.add(key)
      const holder = key in target || !(key in sequelize) ? target : sequelize
      const value: unknown = Reflect.get(holder, key)
      return typeof value === 'function' && holder === sequelize ? value.bind(sequelize) : value
    },
    has: (target, key) => key in target || key in sequelize || heldBeside.has(key),
  })
