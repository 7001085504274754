/** What CHECKs, triggers, views and options are after changes. Models declare none of them; drift may concern them all. */
import type { Change, SchemaObject } from './change.ts'
import type { Dependent, Table } from './schema.ts'

/** A change of such an object. */
export type ObjectChange = Extract<Change, { kind: 'add-object' | 'drop-object' }>

/** Whether a change is one of such an object. */
export const isObjectChange = (change: Change): change is ObjectChange =>
  change.kind === 'add-object' || change.kind === 'drop-object'

/** Whether a change is one of a view, whose name then stands where others have their table. */
export const isViewChange = (change: Change): change is ObjectChange =>
  isObjectChange(change) && objectOf(change).type === 'view'

/** The object that is added or dropped. */
export const objectOf = (change: ObjectChange): SchemaObject => (change.kind === 'add-object' ? change.to : change.from)

/** The table after a change of one of its objects. */
export function changeObject(table: Table, change: ObjectChange): Table {
  const { type, name, sql, conflict } = objectOf(change)
  const isAdded = change.kind === 'add-object'
  switch (type) {
    case 'check': {
      const rest = without(table.checks, (check) => check.expression === sql)
      return {
        ...table,
        checks: isAdded ? [...rest, { name, expression: sql, ...(conflict === undefined ? {} : { conflict }) }] : rest,
      }
    }
    case 'trigger': {
      const rest = without(table.triggers, (trigger) => trigger.name === name)
      return { ...table, triggers: isAdded ? sorted([...rest, { name: name ?? '', sql }]) : rest }
    }
    case 'option': {
      const rest = without(table.options, (option) => option === sql)
      return { ...table, options: isAdded ? [...rest, sql].sort() : rest }
    }
    case 'view':
      return table
  }
}

/** The views after changes. */
export function changeViews(views: readonly Dependent[], changes: readonly Change[]): readonly Dependent[] {
  const own = changes.filter(isViewChange)
  if (own.length === 0) return views
  const left = own.reduce<readonly Dependent[]>((before, change) => {
    const { name, sql } = objectOf(change)
    const rest = without(before, (view) => view.name === name)
    return change.kind === 'add-object' ? [...rest, { name: name ?? change.table, sql }] : rest
  }, views)
  return sorted(left)
}

const without = <Item>(items: readonly Item[], isGone: (item: Item) => boolean): readonly Item[] =>
  items.filter((item) => !isGone(item))

const sorted = (items: readonly Dependent[]): readonly Dependent[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
