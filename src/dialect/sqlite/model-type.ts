/** Which Sequelize type a column's declared type is what Sequelize 6 would write on SQLite, and what queryInterface can say at all. */
import type { Column, ForeignKey, Table } from '../../schema/schema.ts'
import { defaultSql } from './create-table-sql.ts'

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
 * @param column the column; its model's own type counts where it gives the same declaration
 * @returns such as `DataTypes.STRING(40)`; null where no type of Sequelize gives this declaration
 */
export function modelType({ type, annotation }: Column): string | null {
  const values = annotation?.values ?? null
  if (type.toUpperCase() === 'TEXT' && values !== null && values.every((value) => /^[^'\\\n\r]*$/.test(value)))
    return `DataTypes.ENUM(${values.map((value) => `'${value}'`).join(', ')})`
  const whole = types[type.toUpperCase()]
  if (whole !== undefined && !whole.includes('%s')) return `DataTypes.${whole}`
  const [, name = '', size] = /^([A-Za-z ]+?)\s*\(([\d,\s]+)\)$/.exec(type) ?? []
  const sized = types[name.toUpperCase()]
  return sized?.includes('%s') && size !== undefined
    ? `DataTypes.${sized.replace('%s', size.replace(/,\s*/, ', '))}`
    : null
}

/** Whether Sequelize, which takes backticks out of names and splits them at dots, can quote a name. */
export const isPlainName = (name: string): boolean => !/[`.\0]/.test(name) && !(name in {})

/** Whether queryInterface can say all of a column. */
export const isPlainColumn = (column: Column): boolean =>
  modelType(column) !== null &&
  column.collation === null &&
  column.generated === null &&
  column.conflict === undefined &&
  isPlainName(column.name) &&
  isPlainDefault(column)

/**
 * Sequelize reads words of the statement that it has written itself: `PRIMARY KEY` or `REFERENCES` in a string is taken for the real thing,
 * and `'true'` becomes 1 (createTableQuery and replaceBooleanDefaults of its SQLite query generator).
 */
const isPlainDefault = ({ default: value }: Column): boolean =>
  value === null ||
  (defaultSql(value) === value &&
    !/PRIMARY KEY|AUTOINCREMENT|REFERENCES|UNIQUE|NOT NULL|DEFAULT|\bINT|^'(?:true|false)|^["`[]/i.test(value))

/** Whether `references` can say all of a foreign key. */
export const isPlainKey = ({ columns, target, targetColumns, deferred }: ForeignKey): boolean =>
  columns.length === 1 && targetColumns.length === 1 && !deferred && [target, ...targetColumns].every(isPlainName)

/** Whether queryInterface.createTable can say all of a table. */
export const isPlainTable = (table: Table): boolean =>
  isPlainName(table.name) &&
  table.columns.every(isPlainColumn) &&
  table.checks.length === 0 &&
  table.options.length === 0 &&
  table.foreignKeys.every(isPlainKey) &&
  new Set(table.foreignKeys.map(({ columns }) => columns[0])).size === table.foreignKeys.length &&
  table.indexes.every(
    ({ origin, parts, conflict }) =>
      origin === 'index' || (parts.length === 1 && parts[0]?.collation === null && conflict === undefined),
  ) &&
  isPlainPrimaryKey(table)

/** It makes every integer that is the primary key `INTEGER`, and writes a composite key in the order of the columns, all of them NOT NULL. */
function isPlainPrimaryKey({ primaryKey, columns }: Table): boolean {
  if (primaryKey?.parts !== undefined || primaryKey?.conflict !== undefined) return false
  const keys = columns.filter(({ name }) => primaryKey?.columns.includes(name) === true)
  if (keys.length === 1) return !/INT/i.test(keys[0]!.type) || keys[0]!.type === 'INTEGER'
  return keys.every(({ name, nullable }, index) => !nullable && primaryKey?.columns[index] === name)
}
