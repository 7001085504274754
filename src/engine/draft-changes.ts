/** What a draft is to do: the renames that were answered, then what still differs, and the way back. */
import { DevdbError } from '../error.ts'
import { siftAccepted } from '../schema/accepted.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import { type Change, reverse } from '../schema/change.ts'
import { withConsequences } from '../schema/consequences.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import type { EqualityRules } from '../schema/rules.ts'
import type { ForeignKey, Schema } from '../schema/schema.ts'

/** What decides which changes are drafted. */
export interface ChangeChoice {
  /** Answers such as `users.nick:users.nickname`. */
  readonly renames: readonly string[]
  /** Answers such as `people:users`. */
  readonly tableRenames: readonly string[]
  /** The lines of accepted differences. */
  readonly accepted: readonly string[]
  readonly rules: EqualityRules
  /** Of the changes' lines those that are drafted. */
  isWanted(line: string): boolean
}

/**
 * The changes of the way up, renames first.
 * @param from the migrations' schema
 * @param models the models' schema
 * @param choice what decides
 * @throws DevdbError `usage` for a rename of or to what is not there
 */
export function changesUp(from: Schema, models: Schema, choice: ChangeChoice): readonly Change[] {
  const tables = choice.tableRenames.map((words) => tableRename(words, from, models))
  const moved = applyChanges(from, tables)
  const columns = choice.renames.map((words) => columnRename(words, moved, models, tables))
  const renames = [...tables, ...columns]
  assertDistinct(renames)
  const renamed = applyChanges(from, renames)
  const rest = diff(renamed, models, { rules: choice.rules, isFromModels: true })
  const { changes } = siftAccepted(rest, choice.accepted)
  return [
    ...renames,
    ...withConsequences(
      renamed,
      changes.filter((change) => choice.isWanted(describeChange(change))),
    ),
  ]
}

/** The way back: the renames first, and then whatever differs. */
export function changesDown(from: Schema, to: Schema, up: readonly Change[], rules: EqualityRules): readonly Change[] {
  const renames = up
    .filter(({ kind }) => kind === 'rename-table' || kind === 'rename-column')
    .map(reverse)
    .reverse()
  return [...renames, ...diff(applyChanges(to, renames), from, { rules, isFromModels: false })]
}

function tableRename(words: string, before: Schema, after: Schema): Change {
  for (const table of Object.keys(before.tables)) {
    const to = words.slice(table.length + 1)
    if (words.startsWith(`${table}:`) && after.tables[to] !== undefined) return { kind: 'rename-table', table, to }
  }
  throw new DevdbError('usage', `"${words}" names no table before and after`, {
    hint: 'devdb diff shows what there is; then --rename-table old:new',
  })
}

/** Names may hold dots and colons, so that the words are compared with what there is instead of taken apart. */
function columnRename(words: string, before: Schema, after: Schema, tables: readonly Change[]): Change {
  for (const [name, table] of Object.entries(before.tables)) {
    const old = tables.find((change) => change.kind === 'rename-table' && change.to === name)?.table ?? name
    for (const { name: from } of table.columns)
      for (const { name: to } of after.tables[name]?.columns ?? [])
        if (from !== to && [name, old].some((prefix) => words === `${prefix}.${from}:${name}.${to}`))
          return { kind: 'rename-column', table: name, from, to }
  }
  throw new DevdbError('usage', `"${words}" names no column before and after`, {
    hint: 'devdb diff shows what there is; then --rename users.nick:users.nickname',
  })
}

function assertDistinct(renames: readonly Change[]): void {
  const ends = renames.flatMap((change) => {
    if (change.kind === 'rename-table') return [`table ${change.table} before`, `table ${change.to} after`]
    if (change.kind !== 'rename-column') return []
    return [`${change.table}.${change.from} before`, `${change.table}.${change.to} after`]
  })
  const twice = ends.find((end, index) => ends.indexOf(end) !== index)
  if (twice !== undefined) throw new DevdbError('usage', `two renames give ${twice}`, { hint: 'give one of them' })
}

/**
 * A change in the names that the database has which is not migrated yet.
 * @param change a change that stands after renames
 * @param renames the renames
 */
export function inOldNames(change: Change, renames: readonly Change[]): Change {
  const table = renames.find((each) => each.kind === 'rename-table' && each.to === change.table)?.table ?? change.table
  const renamed = renames.filter((each) => each.kind === 'rename-column' && each.table === change.table)
  const old = (name: string): string =>
    (renamed.find((each) => each.kind === 'rename-column' && each.to === name) as { from: string } | undefined)?.from ??
    name
  switch (change.kind) {
    case 'alter-column':
      return { ...change, table, from: { ...change.from, name: old(change.from.name) } }
    case 'add-index': {
      const parts = change.to.parts.map((each) => ({ ...each, column: each.column === null ? null : old(each.column) }))
      return { ...change, table, to: { ...change.to, parts } }
    }
    case 'add-foreign-key':
      return {
        ...change,
        table,
        to: { ...change.to, columns: change.to.columns.map(old), ...oldTarget(change.to, renames) },
      }
    case 'alter-primary-key':
      return {
        ...change,
        table,
        to: change.to === null ? null : { ...change.to, columns: change.to.columns.map(old) },
      }
    default:
      return { ...change, table } as Change
  }
}

function oldTarget({ target, targetColumns }: ForeignKey, renames: readonly Change[]) {
  const columnOf = (name: string): string =>
    renames.flatMap((each) =>
      each.kind === 'rename-column' && each.table === target && each.to === name ? [each.from] : [],
    )[0] ?? name
  const table = renames.find((each) => each.kind === 'rename-table' && each.to === target)?.table ?? target
  return { target: table, targetColumns: targetColumns.map(columnOf) }
}
