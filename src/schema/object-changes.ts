/** What no model can declare, and drift can all the same concern: CHECKs, triggers, views, options of a table. */
import type { Change, SchemaObject } from './change.ts'
import type { EqualityRules } from './rules.ts'
import type { Schema, Table } from './schema.ts'

/**
 * Differences of such objects in tables that are in both, and of views. One that was changed is dropped and added.
 * @param from what is expected
 * @param to what is there
 * @param rules when two statements are the same
 */
export function objectChanges(from: Schema, to: Schema, rules: EqualityRules): readonly Change[] {
  const others = new Map(Object.values(to.tables).map((table) => [rules.tableKey(table.name), table]))
  const tables = Object.values(from.tables).flatMap((table) => {
    const other = others.get(rules.tableKey(table.name))
    return other === undefined ? [] : compare(table.name, objectsOf(table), objectsOf(other), rules)
  })
  const views = ({ views: all }: Schema): readonly SchemaObject[] =>
    all.map(({ name, sql }) => ({ type: 'view', name, sql }))
  const [before, after] = [views(from), views(to)]
  const names = [...new Set([...before, ...after].map(({ name }) => name ?? ''))].sort()
  const named = (list: readonly SchemaObject[], name: string) => list.filter((view) => view.name === name)
  return [...tables, ...names.flatMap((name) => compare(name, named(before, name), named(after, name), rules))]
}

const objectsOf = ({ checks, triggers, options }: Table): readonly SchemaObject[] => [
  ...checks.map(({ expression, ...check }): SchemaObject => ({ type: 'check', ...check, sql: expression })),
  ...triggers.map(({ name, sql }): SchemaObject => ({ type: 'trigger', name, sql })),
  ...options.map((option): SchemaObject => ({ type: 'option', name: option, sql: option })),
]

function compare(
  table: string,
  before: readonly SchemaObject[],
  after: readonly SchemaObject[],
  rules: EqualityRules,
): readonly Change[] {
  const isIn = (list: readonly SchemaObject[], one: SchemaObject): boolean =>
    list.some(
      (other) =>
        other.type === one.type &&
        // A CHECK is what it demands, whatever it is called.
        (one.type === 'check' || other.name === one.name) &&
        other.conflict === one.conflict &&
        rules.sameStatement(other.sql, one.sql),
    )
  return [
    ...before.filter((one) => !isIn(after, one)).map((from): Change => ({ kind: 'drop-object', table, from })),
    ...after.filter((one) => !isIn(before, one)).map((to): Change => ({ kind: 'add-object', table, to })),
  ]
}
