/** What a draft is to do: the renames that were answered, then what still differs, and the way back. */
import { siftAccepted } from '../schema/accepted.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import { isObjectChange } from '../schema/apply-objects.ts'
import { type Change, reverse } from '../schema/change.ts'
import { withConsequences } from '../schema/consequences.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import { objectChanges } from '../schema/object-changes.ts'
import type { EqualityRules } from '../schema/rules.ts'
import type { ForeignKey, Schema } from '../schema/schema.ts'

/** What decides which changes are drafted. */
export interface ChangeChoice {
  /** What was answered, tables first. */
  readonly renames: readonly Change[]
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
 */
export function changesUp(from: Schema, models: Schema, choice: ChangeChoice): readonly Change[] {
  const { renames } = choice
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
  const renamed = applyChanges(to, renames)
  // Others keep their objects, in words that a database may have written anew.
  const objects = up.some(isObjectChange) ? objectChanges(renamed, from, rules) : []
  return [...renames, ...diff(renamed, from, { rules, isFromModels: false }), ...objects]
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
