/** How SQLite gets from one schema to another: what ALTER TABLE does faithfully, and for the rest a rebuild. https://www.sqlite.org/lang_altertable.html */
import { applyChanges } from '../../schema/apply-changes.ts'
import type { Change } from '../../schema/change.ts'
import type { ColumnCopy, PlanStep } from '../../schema/plan.ts'
import type { Column, ForeignKey, Index, Schema, Table } from '../../schema/schema.ts'
import { columnSql, createIndexSql, createTableSql, foreignKeySql, quote } from './create-table-sql.ts'
import { isPlainColumn, isPlainTable } from './model-type.ts'
import { readTokens } from './sql-tokens.ts'
import { affinityOf } from './sqlite-type.ts'

/** For which direction is planned: a down that must fill a column invents nothing, it takes the zero value of the type. */
export interface PlanSetting {
  readonly isDown: boolean
}

type TableChange = Exclude<Change, { kind: 'create-table' | 'drop-table' | 'rename-table' | 'rename-column' }>

/**
 * Plans changes.
 * @param from what there is
 * @param changes in order
 * @param setting for which direction
 */
export function planSqlite(from: Schema, changes: readonly Change[], setting: PlanSetting): readonly PlanStep[] {
  const renames = changes.filter((change) => change.kind === 'rename-table' || change.kind === 'rename-column')
  const renamed = applyChanges(from, renames)
  const inner = changes.filter(isTableChange)
  const steps: PlanStep[] = renames.map(planRename)
  for (const change of changes) if (change.kind === 'create-table') steps.push(...planCreate(change.to))
  for (const table of [...new Set(inner.map((change) => change.table))]) {
    const own = inner.filter((change) => change.table === table)
    const before = renamed.tables[table]
    if (before !== undefined) steps.push(...planTable(before, own, applyChanges(renamed, own).tables[table]!, setting))
  }
  for (const change of changes)
    if (change.kind === 'drop-table') steps.push({ kind: 'drop-table', table: change.table })
  return steps
}

const isTableChange = (change: Change): change is TableChange =>
  !/^(?:create|drop|rename)-table$|^rename-column$/.test(change.kind)

const planRename = (change: Change): PlanStep => {
  if (change.kind === 'rename-table') return { kind: 'rename-table', from: change.table, to: change.to }
  const { table, from, to } = change as Extract<Change, { kind: 'rename-column' }>
  const sql = `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(from)} TO ${quote(to)}`
  return {
    kind: 'sql',
    sql,
    reason: "Sequelize's renameColumn rebuilds the table on SQLite and loses what it does not know",
  }
}

function planCreate(table: Table): readonly PlanStep[] {
  const reason = isPlainTable(table) ? null : 'queryInterface.createTable cannot say all of this'
  const indexes = table.indexes.filter(({ origin }) => origin === 'index')
  return [
    { kind: 'create-table', table, sql: createTableSql(table), reason },
    ...indexes.map((index) => planIndex(table.name, index)),
  ]
}

function planTable(
  before: Table,
  changes: readonly TableChange[],
  after: Table,
  setting: PlanSetting,
): readonly PlanStep[] {
  const dropped = changes.flatMap((change) =>
    change.kind === 'drop-index' && change.from.origin === 'index' ? [change.from] : [],
  )
  const added = changes.flatMap((change) => (change.kind === 'add-index' ? [change.to] : []))
  const drops = dropped.map((index): PlanStep => ({ kind: 'drop-index', table: before.name, name: index.name }))
  const adds = added.map((index) => planIndex(before.name, index))
  const remaining = { ...before, indexes: before.indexes.filter((index) => !dropped.includes(index)) }
  const reason = rebuildReason(remaining, changes)
  if (reason === null) return [...drops, ...changes.flatMap((change) => planNative(change, changes)), ...adds]
  const gone = changes.flatMap((change) => (change.kind === 'drop-column' ? [change.from.name] : []))
  const rebuilt = { ...after, indexes: after.indexes.filter((index) => !added.includes(index)) }
  return [
    ...drops,
    {
      kind: 'rebuild-table',
      table: before.name,
      create: createTableSql(rebuilt, '%s'),
      copy: copies(before, rebuilt, setting),
      gone,
      reason,
    },
    ...adds,
  ]
}

/** Why the table must be rebuilt; null where ALTER TABLE does all of it. */
function rebuildReason(table: Table, changes: readonly TableChange[]): string | null {
  for (const change of changes) {
    if (change.kind === 'alter-column') return 'SQLite cannot change a column'
    if (change.kind === 'alter-primary-key') return 'SQLite cannot change a primary key'
    if (change.kind === 'drop-index' && change.from.origin === 'constraint')
      return 'SQLite cannot drop a UNIQUE constraint'
    if (change.kind === 'drop-foreign-key') return 'SQLite cannot drop a foreign key'
    if (change.kind === 'add-foreign-key' && !isInlineKey(change.to, changes)) return 'SQLite cannot add a foreign key'
    if (change.kind === 'add-column' && !canAdd(change.to))
      return 'SQLite can only add a column that is nullable or has a constant default'
    if (change.kind === 'drop-column' && isUsed(table, change.from.name))
      return 'SQLite cannot drop a column that something refers to'
  }
  return null
}

/** https://www.sqlite.org/lang_altertable.html#alter_table_add_column */
const canAdd = ({ nullable, default: value, generated }: Column): boolean => {
  if (generated?.kind === 'stored') return false
  if (value !== null && !/^(?:[+-]?\s*[\d.]+(?:e[+-]?\d+)?|x?'(?:[^']|'')*'|null|true|false)$/i.test(value.trim()))
    return false
  return nullable || (value !== null && !/^null$/i.test(value))
}

/** A key of one new, nullable column without default can be written at that column. */
function isInlineKey(key: ForeignKey, changes: readonly TableChange[]): boolean {
  const column = changes.find((change) => change.kind === 'add-column' && change.to.name === key.columns[0])
  return key.columns.length === 1 && column?.kind === 'add-column' && column.to.default === null && key.name === null
}

/** https://www.sqlite.org/lang_altertable.html#alter_table_drop_column */
function isUsed(table: Table, column: string): boolean {
  const texts = [
    ...table.checks.map(({ expression }) => expression),
    ...table.columns.flatMap(({ generated }) => (generated === null ? [] : [generated.expression])),
    ...table.indexes.flatMap(({ where, parts }) => [where ?? '', ...parts.map(({ expression }) => expression ?? '')]),
    ...table.triggers.map(({ sql }) => sql),
  ]
  const names = [
    ...(table.primaryKey?.columns ?? []),
    ...table.indexes.flatMap(({ parts }) => parts.map((part) => part.column)),
    ...table.foreignKeys.flatMap(({ columns }) => columns),
  ]
  return names.includes(column) || texts.some((text) => mentions(text, column))
}

/** Whether a SQL text has a name in it, quoted or not. */
export const mentions = (sql: string, name: string): boolean =>
  readTokens(sql).some(({ kind, text }) => kind !== 'string' && text.toLowerCase() === name.toLowerCase())

function planNative(change: TableChange, changes: readonly TableChange[]): readonly PlanStep[] {
  const { table } = change
  if (change.kind === 'add-column') {
    const key =
      changes.flatMap((other) =>
        other.kind === 'add-foreign-key' && other.to.columns[0] === change.to.name ? [other.to] : [],
      )[0] ?? null
    const reference = key === null ? '' : ` ${foreignKeySql(key).replace(/^FOREIGN KEY \(.*?\) /, '')}`
    const sql = `ALTER TABLE ${quote(table)} ADD COLUMN ${columnSql(change.to)}${reference}`
    const reason =
      isPlainColumn(change.to) && (key === null || !key.deferred)
        ? null
        : 'queryInterface.addColumn cannot say all of this'
    return [{ kind: 'add-column', table, column: change.to, foreignKey: key, sql, reason }]
  }
  if (change.kind === 'drop-column') {
    const sql = `ALTER TABLE ${quote(table)} DROP COLUMN ${quote(change.from.name)}`
    return [
      {
        kind: 'sql',
        sql,
        reason: "Sequelize's removeColumn rebuilds the table on SQLite and loses what it does not know",
      },
    ]
  }
  return []
}

function planIndex(table: string, index: Index): PlanStep {
  const name = index.origin === 'constraint' ? generatedName(table, index) : index.name
  const isPlain =
    index.where === null && index.parts.every(({ column, collation }) => column !== null && collation === null)
  const reason = isPlain ? null : 'queryInterface.addIndex writes this otherwise'
  return { kind: 'add-index', table, index, name, sql: createIndexSql(table, index, name), reason }
}

/** The name that Sequelize would give it. */
const generatedName = (table: string, { parts, unique }: Index): string =>
  [table, ...parts.map(({ column }) => column ?? 'expression'), ...(unique ? ['unique'] : [])]
    .join('_')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]/gu, '_')

function copies(before: Table, after: Table, { isDown }: PlanSetting): readonly ColumnCopy[] {
  const old = new Map(before.columns.map((column) => [column.name, column]))
  return after.columns.flatMap((column): readonly ColumnCopy[] => {
    if (column.generated !== null) return []
    const source = old.get(column.name)
    // A column with a default, or one that may be null, is left to SQLite.
    if (source === undefined)
      return column.nullable || column.default !== null
        ? []
        : [{ column: column.name, expression: isDown ? zeroOf(column) : null }]
    if (!source.nullable || column.nullable) return [{ column: column.name, expression: quote(column.name) }]
    // NULLs in a column that must have none any more: its default, where it has one; else the rebuild stops at them.
    const fallback = column.default ?? (isDown ? zeroOf(column) : null)
    return [
      {
        column: column.name,
        expression: fallback === null ? quote(column.name) : `coalesce(${quote(column.name)}, ${fallback})`,
      },
    ]
  })
}

const zeroOf = ({ type }: Column): string =>
  affinityOf(type) === 'text' ? "''" : affinityOf(type) === 'blob' ? "x''" : '0'
