/** One line for each change: the screen, the JSON, the log and the comments of a draft all print it. */
import { createHash } from 'node:crypto'
import type { Change, SchemaObject } from './change.ts'
import type { Column, ConflictAction, ForeignKey, Index, IndexPart, PrimaryKey } from './schema.ts'

/**
 * Says a change in one line, such as `+ users.cool_feature  BOOLEAN NOT NULL DEFAULT 0`.
 * @param change the change
 */
export function describeChange(change: Change): string {
  // Defaults and conditions may run over several lines.
  return lineOf(change).replace(/\s*[\n\r]\s*/g, ' ')
}

function lineOf(change: Change): string {
  const { table } = change
  switch (change.kind) {
    case 'create-table':
      return `+ ${table}  table with ${count(change.to.columns.length, 'column')}`
    case 'drop-table':
      return `- ${table}  table with ${count(change.from.columns.length, 'column')}`
    case 'rename-table':
      return `> ${table}  renamed to ${change.to}`
    case 'rename-column':
      return `> ${table}.${change.from}  renamed to ${change.to}`
    case 'add-column':
      return `+ ${table}.${change.to.name}  ${describeColumn(change.to)}`
    case 'drop-column':
      return `- ${table}.${change.from.name}  ${describeColumn(change.from)}`
    case 'alter-column':
      return `~ ${table}.${change.to.name}  ${change.aspects.map((aspect) => describeAspect(aspect, change.from, change.to)).join(', ')}`
    case 'alter-primary-key':
      return `~ ${table}  primary key ${describeKey(change.from)} → ${describeKey(change.to)}`
    case 'add-index':
      return `+ ${table}  ${describeIndex(change.to)}`
    case 'drop-index':
      return `- ${table}  ${describeIndex(change.from)}`
    case 'add-foreign-key':
      return `+ ${table}  ${describeForeignKey(change.to)}`
    case 'drop-foreign-key':
      return `- ${table}  ${describeForeignKey(change.from)}`
    case 'add-object':
      return `+ ${table}  ${describeObject(change.to)}`
    case 'drop-object':
      return `- ${table}  ${describeObject(change.from)}`
    default:
      return change satisfies never
  }
}

const describeColumn = ({ type, nullable, default: value, conflict, ...column }: Column): string => {
  const { collation, generated, autoIncrement } = column
  return [
    type,
    nullable ? '' : 'NOT NULL',
    value === null ? '' : `DEFAULT ${shortened(value)}`,
    collation === null ? '' : `COLLATE ${collation}`,
    conflict === undefined ? '' : `ON CONFLICT ${conflict}`,
    generated === null ? '' : `GENERATED AS (${generated.expression}) ${generated.kind.toUpperCase()}`,
    autoIncrement ? 'AUTOINCREMENT' : '',
  ]
    .filter((part) => part !== '')
    .join(' ')
}

function describeAspect(aspect: string, from: Column, to: Column): string {
  if (aspect === 'type') return `${from.type} → ${to.type}`
  if (aspect === 'nullable') return to.nullable ? 'NOT NULL dropped' : 'NOT NULL'
  if (aspect === 'default') return `default ${shortened(from.default ?? 'none')} → ${shortened(to.default ?? 'none')}`
  if (aspect === 'collation') return `collation ${from.collation ?? 'default'} → ${to.collation ?? 'default'}`
  if (aspect === 'conflict') return `NOT NULL${onConflict(to)}`
  return to.autoIncrement ? 'AUTOINCREMENT' : 'AUTOINCREMENT dropped'
}

function describeIndex({ unique, parts, where, conflict }: Index): string {
  const condition = where === null ? '' : ` WHERE ${where}`
  return `${unique ? 'unique ' : ''}index (${describeParts(parts)})${condition}${onConflict({ conflict })}`
}

const describeParts = (parts: readonly IndexPart[]): string =>
  parts
    .map(({ column, expression, collation, descending }) =>
      // An expression is written with its collation.
      [
        column ?? expression,
        column === null || collation === null ? '' : ` COLLATE ${collation}`,
        descending ? ' DESC' : '',
      ].join(''),
    )
    .join(', ')

const describeKey = (key: PrimaryKey | null): string =>
  key === null
    ? 'none'
    : `${key.parts === undefined ? list(key.columns) : `(${describeParts(key.parts)})`}${onConflict(key)}`

const onConflict = ({ conflict }: { readonly conflict?: ConflictAction | undefined }): string =>
  conflict === undefined ? '' : ` ON CONFLICT ${conflict}`

function describeForeignKey({ columns, target, targetColumns, onDelete, onUpdate, deferred }: ForeignKey): string {
  const actions = [
    onDelete === 'NO ACTION' ? '' : ` ON DELETE ${onDelete}`,
    onUpdate === 'NO ACTION' ? '' : ` ON UPDATE ${onUpdate}`,
    deferred ? ' DEFERRED' : '',
  ]
  return `foreign key (${columns.join(', ')}) → ${target} (${targetColumns.join(', ')})${actions.join('')}`
}

const describeObject = ({ type, name, sql, conflict }: SchemaObject): string => {
  if (type === 'check') return `CHECK (${sql})${onConflict({ conflict })}`
  return type === 'trigger' ? `trigger ${name}` : type === 'view' ? 'view' : sql
}

/** How much of a default is shown, in characters. */
const shown = 60

/** A default may be a whole picture. What is left out still makes a difference, for a line also names its change. */
const shortened = (value: string): string =>
  value.length <= 2 * shown
    ? value
    : `${value.slice(0, shown)}… (${value.length} characters, ${createHash('sha1').update(value).digest('hex').slice(0, 8)})`

const list = (columns: readonly string[] | undefined): string =>
  columns === undefined || columns.length === 0 ? 'none' : `(${columns.join(', ')})`
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`
