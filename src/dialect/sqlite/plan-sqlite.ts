/** How SQLite gets from one schema to another: what ALTER TABLE does faithfully, and for the rest a rebuild. https://www.sqlite.org/lang_altertable.html */
import { applyChanges } from '../../schema/apply-changes.ts'
import { isObjectChange, isViewChange, objectOf } from '../../schema/apply-objects.ts'
import type { Change } from '../../schema/change.ts'
import type { PlanSetting, PlanStep } from '../../schema/plan.ts'
import type { Schema, Table } from '../../schema/schema.ts'
import { createTableSql, quote } from './create-table-sql.ts'
import { isPlainName, isPlainTable } from './model-type.ts'
import { planDropIndex, planIndex } from './plan-index.ts'
import { planRenames } from './plan-renames.ts'
import { planTable, type TableChange } from './plan-table.ts'

/**
 * Plans changes.
 * @param from what there is
 * @param changes in order
 * @param setting for which direction, and what must come out
 */
export function planSqlite(from: Schema, changes: readonly Change[], setting: PlanSetting): readonly PlanStep[] {
  const renames = changes.filter((change) => change.kind === 'rename-table' || change.kind === 'rename-column')
  const renamed = applyChanges(from, renames)
  const created = changes.flatMap(({ kind, table }) => (kind === 'create-table' ? [setting.to.tables[table]!] : []))
  const dropped = changes.flatMap((change) => (change.kind === 'drop-table' ? [renamed.tables[change.table]!] : []))
  const byTable = new Map<string, TableChange[]>()
  for (const change of changes.filter(isTableChange))
    byTable.set(change.table, [...(byTable.get(change.table) ?? []), change])
  const steps = [...byTable].flatMap(([table, own]) => planTable(renamed.tables[table]!, own, setting))
  const isOfIndex = ({ kind }: PlanStep): boolean => kind === 'drop-index' || kind === 'add-index'
  return [
    ...planRenames(from, renames),
    // A view or trigger that goes must not stand in the way of what it mentions.
    ...changes.flatMap((change) => (change.kind === 'drop-object' ? planObject(change) : [])),
    // Names of indexes are one namespace, so that all that go do so before any comes.
    ...planNamesTaken(dropped, setting.to),
    ...steps.filter(({ kind }) => kind === 'drop-index'),
    ...created.flatMap(planCreate),
    ...steps.filter((step) => !isOfIndex(step)),
    ...steps.filter(({ kind }) => kind === 'add-index'),
    ...planDrops(dropped),
    ...changes.flatMap((change) => (change.kind === 'add-object' ? planObject(change) : [])),
  ]
}

/** CHECKs and options are part of their table's statement. https://www.sqlite.org/lang_droptrigger.html, https://www.sqlite.org/lang_dropview.html */
function planObject(change: Change): readonly PlanStep[] {
  if (!isObjectChange(change)) return []
  const { type, name, sql } = objectOf(change)
  if (type !== 'trigger' && type !== 'view') return []
  const reason = `Sequelize knows no ${type}s`
  const drop = `DROP ${type.toUpperCase()} ${quote(name ?? change.table)}`
  return [{ kind: 'sql', sql: change.kind === 'add-object' ? sql : drop, reason }]
}

const isTableChange = (change: Change): change is TableChange =>
  !isViewChange(change) && !/^(?:create|drop|rename)-table$|^rename-column$/.test(change.kind)

function planCreate(table: Table): readonly PlanStep[] {
  const reason = isPlainTable(table) ? null : 'queryInterface.createTable cannot say all of this'
  return [
    { kind: 'create-table', table, sql: createTableSql(table), reason },
    ...table.indexes.filter(({ origin }) => origin === 'index').map((index) => planIndex(table.name, index)),
    ...table.triggers.map(({ sql }): PlanStep => ({ kind: 'sql', sql, reason: 'Sequelize knows no triggers' })),
  ]
}

/** Indexes of tables that are dropped at the end, as far as a new one has the same name. */
function planNamesTaken(dropped: readonly Table[], to: Schema): readonly PlanStep[] {
  const wanted = new Set(Object.values(to.tables).flatMap(({ indexes }) => indexes.map(({ name }) => name)))
  return dropped.flatMap(({ name, indexes }) =>
    indexes
      .filter((index) => index.origin === 'index' && wanted.has(index.name))
      .map((index) => planDropIndex(name, index.name)),
  )
}

/**
 * DROP TABLE deletes the rows first, so that keys which refer to them are obeyed: ON DELETE RESTRICT refuses it.
 * https://www.sqlite.org/lang_droptable.html
 */
function planDrops(dropped: readonly Table[]): readonly PlanStep[] {
  const steps = dropped.map(
    ({ name }): PlanStep => ({
      kind: 'drop-table',
      table: name,
      sql: `DROP TABLE ${quote(name)}`,
      reason: isPlainName(name) ? null : 'Sequelize cannot quote this name',
    }),
  )
  const places = new Map(dropped.map(({ name }, index) => [name, index]))
  const isReferred = dropped.some(({ foreignKeys }, index) =>
    foreignKeys.some(({ target }) => (places.get(target) ?? dropped.length) <= index),
  )
  if (!isReferred) return steps
  const reason = 'Rows that refer to each other cannot go one table after the other while foreign keys are enforced'
  return [{ kind: 'without-foreign-keys', steps, reason }]
}
