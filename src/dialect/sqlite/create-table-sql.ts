/** The statements that make a table: all that was introspected, written out. https://www.sqlite.org/lang_createtable.html */
import type { Column, ConflictAction, ForeignKey, Index, PrimaryKey, Table } from '../../schema/schema.ts'
import { nameOf, readTokens } from './sql-tokens.ts'

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
  const key = table.primaryKey
  const lines = [
    ...table.columns.map((column) => columnSql(column, inlineKey === column.name ? key : null)),
    ...(key === null || inlineKey !== null
      ? []
      : [
          `${named(key.name)}PRIMARY KEY (${key.parts?.map(partSql).join(', ') ?? list(key.columns)})${conflictSql(key)}`,
        ]),
    ...table.indexes
      .filter(({ origin }) => origin === 'constraint')
      .map(
        (index) =>
          `UNIQUE (${index.parts.map((part) => partSql(ownCollation(part, table))).join(', ')})${conflictSql(index)}`,
      ),
    ...table.foreignKeys.map(foreignKeySql),
    ...table.checks.map((check) => `${named(check.name)}CHECK (${closed(check.expression)})${conflictSql(check)}`),
  ]
  const options = table.options.length === 0 ? '' : ` ${table.options.join(', ')}`
  return `CREATE TABLE ${quote(name)} (\n  ${lines.join(',\n  ')}\n)${options}`
}

/** A collation that the column has anyway need not be said again. */
const ownCollation = (part: Index['parts'][number], { columns }: Table): Index['parts'][number] =>
  columns.some(({ name, collation }) => name === part.column && collation === part.collation)
    ? { ...part, collation: null }
    : part

/** Only written at the column an INTEGER PRIMARY KEY is the rowid, may have AUTOINCREMENT, and means something else with DESC. */
const inlinePrimaryKey = ({ primaryKey, columns }: Table): string | null => {
  const [only, ...others] = primaryKey?.columns ?? []
  // A collation can only be said apart from it.
  if (only === undefined || others.length > 0 || (primaryKey?.parts?.[0]?.collation ?? null) !== null) return null
  return columns.find(({ name }) => name === only)?.type.toUpperCase() === 'INTEGER' ? only : null
}

/** A column's definition. @param key where it is to be said at the column */
export function columnSql(column: Column, key: PrimaryKey | null = null): string {
  // Written DESC it is no other name of the rowid. https://www.sqlite.org/lang_createtable.html#rowid
  const isDescending = key?.parts?.[0]?.descending === true
  const parts = [
    quote(column.name),
    column.type,
    key === null
      ? ''
      : `${named(key.name)}PRIMARY KEY${isDescending ? ' DESC' : ''}${conflictSql(key)}${column.autoIncrement ? ' AUTOINCREMENT' : ''}`,
    column.nullable || (key !== null && !isDescending) ? '' : `NOT NULL${conflictSql(column)}`,
    column.default === null ? '' : `DEFAULT ${defaultSql(column.default)}`,
    column.collation === null ? '' : `COLLATE ${column.collation}`,
    column.generated === null
      ? ''
      : `GENERATED ALWAYS AS (${closed(column.generated.expression)}) ${column.generated.kind.toUpperCase()}`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** A number, a string, a blob, a word for a value, or a bare or quoted word, which is a string where a default is declared. */
const constant =
  /^(?:[+-]?\s*[\d.]+(?:e[+-]?\d+)?|x?'(?:[^']|'')*'|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])$/i

/** Whether a default is one value for all rows, whenever they come. */
export const isConstantDefault = (text: string): boolean =>
  constant.test(text.trim()) && !/^current_(?:timestamp|date|time)$/i.test(text.trim())

/** A default as it is declared: the catalog gives an expression without the parentheses that it needs. */
export const defaultSql = (text: string): string => (constant.test(text.trim()) ? text : `(${closed(text)})`)

/** Its value as an expression, where a word that is not in parentheses would be a column. */
export function defaultValueSql(text: string): string {
  const trimmed = text.trim()
  const isWord = constant.test(trimmed) && /^(?:[A-Za-z_\u0080-\uffff"`[])/.test(trimmed) && !/^x'/i.test(trimmed)
  if (!isWord || /^(?:null|true|false|current_(?:timestamp|date|time))$/i.test(trimmed)) return defaultSql(text)
  return literal(nameOf(readTokens(trimmed)[0]!))
}

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

const conflictSql = ({ conflict }: { readonly conflict?: ConflictAction }): string =>
  conflict === undefined ? '' : ` ON CONFLICT ${conflict}`

const named = (name: string | null): string => (name === null ? '' : `CONSTRAINT ${quote(name)} `)
const list = (names: readonly string[]): string => names.map(quote).join(', ')
