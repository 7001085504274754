/** Which Sequelize type a column's declared type is what Sequelize 6 would write on SQLite, and what queryInterface can say at all. */
import type { Column, Table } from '../../schema/schema.ts'

/** Declared type without its size, and how it is written with `Sequelize`. `%s`: its size. */
const types: Readonly<Record<string, string>> = {
  INTEGER: 'INTEGER',
  BIGINT: 'BIGINT',
  SMALLINT: 'SMALLINT',
  'TINYINT(1)': 'BOOLEAN',
  'VARCHAR(255)': 'STRING',
  VARCHAR: 'STRING(%s)',
  TEXT: 'TEXT',
  DATETIME: 'DATE',
  DATE: 'DATEONLY',
  TIME: 'TIME',
  UUID: 'UUID',
  JSON: 'JSON',
  BLOB: 'BLOB',
  FLOAT: 'FLOAT',
  'DOUBLE PRECISION': 'DOUBLE',
  DECIMAL: 'DECIMAL(%s)',
  CHAR: 'CHAR(%s)',
}

/**
 * The type as a migration writes it.
 * @param type as declared
 * @returns such as `DataTypes.STRING(40)`; null where no type of Sequelize gives this declaration
 */
export function modelType(type: string): string | null {
  const whole = types[type.toUpperCase()]
  if (whole !== undefined && !whole.includes('%s')) return `DataTypes.${whole}`
  const [, name = '', size] = /^([A-Za-z ]+?)\s*\(([\d,\s]+)\)$/.exec(type) ?? []
  const sized = types[name.toUpperCase()]
  return sized?.includes('%s') && size !== undefined
    ? `DataTypes.${sized.replace('%s', size.replace(/,\s*/, ', '))}`
    : null
}

/** Whether queryInterface can say all of a column. */
export const isPlainColumn = ({ type, collation, generated }: Column): boolean =>
  modelType(type) !== null && collation === null && generated === null

/** Whether queryInterface.createTable can say all of a table. */
export const isPlainTable = (table: Table): boolean =>
  table.columns.every(isPlainColumn) &&
  table.checks.length === 0 &&
  table.options.length === 0 &&
  table.foreignKeys.every(({ columns, deferred }) => columns.length === 1 && !deferred) &&
  table.indexes.every(({ origin, parts }) => origin === 'index' || parts.length === 1)
