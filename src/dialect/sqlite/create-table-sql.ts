/** The statements that make a table: all that was introspected, written out. https://www.sqlite.org/lang_createtable.html */
import type { Column, ForeignKey, Index, Table } from '../../schema/schema.ts'

/** A string literal. https://www.sqlite.org/lang_expr.html#literal_values_constants_ */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** An identifier, quoted. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * CREATE TABLE, with everything but its indexes and triggers.
 * @param table the table
 * @param name another name for it, as while it is rebuilt
 */
export function createTableSql(table: Table, name = table.name): string {
  const inlineKey = inlinePrimaryKey(table)
  const lines = [
    ...table.columns.map((column) => columnSql(column, inlineKey === column.name)),
    ...(table.primaryKey === null || inlineKey !== null
      ? []
      : [`${named(table.primaryKey.name)}PRIMARY KEY (${list(table.primaryKey.columns)})`]),
    ...table.indexes
      .filter(({ origin }) => origin === 'constraint')
      .map((index) => `UNIQUE (${index.parts.map((part) => partSql(ownCollation(part, table))).join(', ')})`),
    ...table.foreignKeys.map(foreignKeySql),
    ...table.checks.map(({ name: check, expression }) => `${named(check)}CHECK (${closed(expression)})`),
  ]
  const options = table.options.length === 0 ? '' : ` ${table.options.join(', ')}`
  return `CREATE TABLE ${quote(name)} (\n  ${lines.join(',\n  ')}\n)${options}`
}

/** A collation that the column has anyway need not be said again. */
const ownCollation = (part: Index['parts'][number], { columns }: Table): Index['parts'][number] =>
  columns.some(({ name, collation }) => name === part.column && collation === part.collation)
    ? { ...part, collation: null }
    : part

/** Only `INTEGER PRIMARY KEY` written at the column is the rowid, and only there AUTOINCREMENT may stand. */
const inlinePrimaryKey = ({ primaryKey, columns }: Table): string | null => {
  const [only, ...others] = primaryKey?.columns ?? []
  if (only === undefined || others.length > 0) return null
  return columns.find(({ name }) => name === only)?.type.toUpperCase() === 'INTEGER' ? only : null
}

/** A column's definition. */
export function columnSql(column: Column, isPrimaryKey = false): string {
  const parts = [
    quote(column.name),
    column.type,
    isPrimaryKey ? `PRIMARY KEY${column.autoIncrement ? ' AUTOINCREMENT' : ''}` : '',
    column.nullable || isPrimaryKey ? '' : 'NOT NULL',
    column.default === null ? '' : `DEFAULT ${defaultSql(column.default)}`,
    column.collation === null ? '' : `COLLATE ${column.collation}`,
    column.generated === null
      ? ''
      : `GENERATED ALWAYS AS (${closed(column.generated.expression)}) ${column.generated.kind.toUpperCase()}`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** The catalog gives an expression without the parentheses that it needs. */
export const defaultSql = (text: string): string =>
  /^(?:[+-]?\s*[\d.]+(?:e[+-]?\d+)?|x?'(?:[^']|'')*'|null|true|false|current_(?:timestamp|date|time)|"(?:[^"]|"")*")$/i.test(
    text.trim(),
  )
    ? text
    : `(${closed(text)})`

/** A comment to the end of the line must not swallow what follows. */
const closed = (sql: string): string => (sql.includes('--') ? `${sql}\n` : sql)

/** A foreign key as a constraint of the table. */
const foreignKeySql = (key: ForeignKey): string =>
  `${named(key.name)}FOREIGN KEY (${list(key.columns)}) ${referenceSql(key)}`

/** What a foreign key refers to. Without columns it is the target's primary key. */
export function referenceSql(key: ForeignKey): string {
  const actions = [
    key.onDelete === 'NO ACTION' ? '' : ` ON DELETE ${key.onDelete}`,
    key.onUpdate === 'NO ACTION' ? '' : ` ON UPDATE ${key.onUpdate}`,
    key.deferred ? ' DEFERRABLE INITIALLY DEFERRED' : '',
  ]
  const columns = key.targetColumns.length === 0 ? '' : ` (${list(key.targetColumns)})`
  return `REFERENCES ${quote(key.target)}${columns}${actions.join('')}`
}

/**
 * CREATE INDEX. A unique constraint becomes a unique index, which means the same.
 * @param name the index's name
 */
export function createIndexSql(table: string, index: Index, name: string): string {
  const where = index.where === null ? '' : ` WHERE ${index.where}`
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quote(name)} ON ${quote(table)} (${index.parts.map(partSql).join(', ')})${where}`
}

/** An expression is kept as it is written, with its collation. */
const partSql = ({ column, expression, collation, descending }: Index['parts'][number]): string => {
  const collated = collation === null ? '' : ` COLLATE ${collation}`
  return `${column === null ? expression : `${quote(column)}${collated}`}${descending ? ' DESC' : ''}`
}

const named = (name: string | null): string => (name === null ? '' : `CONSTRAINT ${quote(name)} `)
const list = (names: readonly string[]): string => names.map(quote).join(', ')
