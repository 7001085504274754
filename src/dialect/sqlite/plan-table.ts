/** How one table gets to what is wanted: with ALTER TABLE where SQLite does it faithfully, else with a rebuild. https://www.sqlite.org/lang_altertable.html */
import type { Change } from '../../schema/change.ts'
import type { PlanSetting, PlanStep } from '../../schema/plan.ts'
import { partText, sameNames } from '../../schema/rules.ts'
import type { Column, ForeignKey, Index, Table } from '../../schema/schema.ts'
import { mentions } from '../../schema/sql-words.ts'
import { copies } from './copy-columns.ts'
import {
  columnSql,
  createIndexSql,
  createTableSql,
  isConstantDefault,
  quote,
  referenceSql,
} from './create-table-sql.ts'
import { isPlainColumn, isPlainKey, isPlainName } from './model-type.ts'
import { planDropIndex, planIndex } from './plan-index.ts'

/** A change inside a table that is there before and after. */
export type TableChange = Exclude<Change, { kind: 'create-table' | 'drop-table' | 'rename-table' | 'rename-column' }>

/**
 * Plans the changes of one table.
 * @param before the table as it is
 * @param changes its own
 * @param setting for which direction, and what must come out
 */
export function planTable(before: Table, changes: readonly TableChange[], setting: PlanSetting): readonly PlanStep[] {
  const after = setting.to.tables[before.name]!
  const dropped = changes.flatMap((change) =>
    change.kind === 'drop-index' && change.from.origin === 'index' ? [change.from.name] : [],
  )
  const drops = dropped.map((name) => planDropIndex(before.name, name))
  const added = changes.flatMap((change) => (change.kind === 'add-index' ? [wantedIndex(after, change.to)] : []))
  const goneTriggers = changes.flatMap((change) =>
    change.kind === 'drop-object' && change.from.type === 'trigger' ? [change.from.name] : [],
  )
  const remaining = {
    ...before,
    indexes: before.indexes.filter(({ name }) => !dropped.includes(name)),
    triggers: before.triggers.filter(({ name }) => !goneTriggers.includes(name)),
  }
  const reason = rebuildReason(remaining, after, changes)
  if (reason === null) {
    const adds = added.map((index) => planIndex(before.name, index))
    return [...drops, ...changes.flatMap((change) => planNative(change, changes)), ...adds]
  }
  const names = new Set(after.columns.map(({ name }) => name))
  const rebuild: PlanStep = {
    kind: 'rebuild-table',
    table: before.name,
    create: createTableSql(after, '%s'),
    copy: copies(before, after, setting.isDown),
    gone: before.columns.map(({ name }) => name).filter((name) => !names.has(name)),
    objects: [
      ...remaining.indexes
        .filter(({ origin }) => origin === 'index')
        .map((index) => createIndexSql(before.name, index, index.name)),
      ...remaining.triggers.map(({ sql }) => sql),
    ],
    carriesCounter: [before, after].every(({ columns }) => columns.some(({ autoIncrement }) => autoIncrement)),
    reason,
  }
  // A constraint is in the new table already.
  const adds = added.filter(({ origin }) => origin === 'index').map((index) => planIndex(before.name, index))
  return [...drops, rebuild, ...adds]
}

/** The index as the table is to have it: under the name that is free there. */
const wantedIndex = (after: Table, wanted: Index): Index => {
  const parts = wanted.parts.map(partText)
  const alike = after.indexes.filter((index) => sameNames(index.parts.map(partText), parts))
  return (
    alike.find(({ name }) => name === wanted.name) ??
    alike.find(({ where, unique }) => where === wanted.where && unique === wanted.unique) ??
    wanted
  )
}

/** Why the table must be rebuilt; null where ALTER TABLE does all of it. */
function rebuildReason(table: Table, after: Table, changes: readonly TableChange[]): string | null {
  for (const change of changes) {
    if (change.kind === 'alter-column') return 'SQLite cannot change a column'
    if (change.kind === 'alter-primary-key') return 'SQLite cannot change a primary key'
    if (change.kind === 'drop-index' && change.from.origin === 'constraint')
      return 'SQLite cannot drop a UNIQUE constraint'
    // Only on the way back: on the way up it becomes a unique index, which means the same.
    if (change.kind === 'add-index' && wantedIndex(after, change.to).origin === 'constraint')
      return 'SQLite cannot add a UNIQUE constraint'
    if (change.kind === 'drop-foreign-key') return 'SQLite cannot drop a foreign key'
    if (change.kind === 'add-foreign-key' && !isInlineKey(change.to, changes)) return 'SQLite cannot add a foreign key'
    if (change.kind === 'add-column' && !canAdd(change.to, table))
      return 'SQLite can only add a column that is nullable or has a constant default'
    if (change.kind === 'drop-column' && isUsed(table, change.from.name))
      return 'SQLite cannot drop a column that something refers to'
  }
  if (!sameNames([...table.options].sort(), [...after.options].sort()))
    return 'SQLite cannot change the options of a table'
  const checks = ({ checks }: Table): readonly string[] =>
    checks.map(({ expression, conflict = '' }) => `${expression} ${conflict}`)
  return sameNames(checks(table), checks(after)) ? null : 'SQLite cannot change a CHECK'
}

/** https://www.sqlite.org/lang_altertable.html#alter_table_add_column */
function canAdd({ name, nullable, default: value, generated }: Column, table: Table): boolean {
  if (table.columns.some((column) => column.name.toLowerCase() === name.toLowerCase())) return false
  if (generated?.kind === 'stored') return false
  if (value !== null && !isConstantDefault(value)) return false
  return nullable || (value !== null && !/^null$/i.test(value.trim()))
}

/** A key of one new, nullable column without default can be written at that column. */
function isInlineKey(key: ForeignKey, changes: readonly TableChange[]): boolean {
  const [name] = key.columns
  const column = changes.find((change) => change.kind === 'add-column' && change.to.name === name)
  const keys = changes.filter((change) => change.kind === 'add-foreign-key' && change.to.columns[0] === name)
  return key.columns.length === 1 && keys.length === 1 && column?.kind === 'add-column' && column.to.default === null
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

function planNative(change: TableChange, changes: readonly TableChange[]): readonly PlanStep[] {
  const { table } = change
  if (change.kind === 'add-column') return [planAddColumn(table, change.to, changes)]
  if (change.kind !== 'drop-column') return []
  return [
    {
      kind: 'sql',
      sql: `ALTER TABLE ${quote(table)} DROP COLUMN ${quote(change.from.name)}`,
      reason: "Sequelize's removeColumn rebuilds the table on SQLite and loses what it does not know",
    },
  ]
}

function planAddColumn(table: string, column: Column, changes: readonly TableChange[]): PlanStep {
  const [key = null] = changes.flatMap((other) =>
    other.kind === 'add-foreign-key' && other.to.columns[0] === column.name ? [other.to] : [],
  )
  const reference = key === null ? '' : ` ${referenceSql(key)}`
  const sql = `ALTER TABLE ${quote(table)} ADD COLUMN ${columnSql(column)}${reference}`
  const isPlain = isPlainColumn(column) && isPlainName(table) && (key === null || isPlainKey(key))
  const reason = isPlain ? null : 'queryInterface.addColumn cannot say all of this'
  return { kind: 'add-column', table, column, foreignKey: key, sql, reason }
}
