/** A draft whose down leaves added columns in place, so that going back and forth loses no value. */
import { DevdbError } from '../error.ts'
import type { Change } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import type { PlanStep } from '../schema/plan.ts'

interface DraftPlan {
  readonly up: readonly PlanStep[]
  readonly down: readonly PlanStep[]
}

/**
 * The same plan with a down that drops no column, and an up that adds one only where it is absent.
 * @param changes the draft's
 * @param plan how they are made and taken back
 * @param extension of the draft's file
 * @throws DevdbError `usage` where the draft does more than add columns that may be left out
 */
export function keepColumns(changes: readonly Change[], plan: DraftPlan, extension: string): DraftPlan {
  const refuse = (reason: string): DevdbError =>
    new DevdbError('usage', `--keep-columns: ${reason}`, { hint: 'repeat the command without --keep-columns' })
  if (extension.endsWith('.sql')) throw refuse('a .sql migration cannot add a column only where it is absent')
  const other = changes.find(({ kind }) => !/^add-(?:column|index|foreign-key)$/.test(kind))
  if (other !== undefined) throw refuse(`the draft does more than add columns: ${describeChange(other)}`)
  const added = changes.filter((change) => change.kind === 'add-column')
  if (added.length === 0) throw refuse('the draft adds no column')
  const strict = added.find(({ to }) => !to.nullable && to.default === null)
  if (strict !== undefined)
    throw refuse(
      `${strict.table}.${strict.to.name} is NOT NULL and has no default, so that rows could not be added after the down`,
    )
  const hard = plan.up.find(({ kind }) => kind !== 'add-column' && kind !== 'add-index')
  if (hard !== undefined) throw refuse('the table must be rebuilt for this, which cannot leave the column out')
  const up = plan.up.map(
    (step): PlanStep =>
      step.kind === 'add-column' ? { kind: 'where-absent', table: step.table, column: step.column.name, step } : step,
  )
  // The indexes go, and come again with the next up.
  const down = plan.up.flatMap((step) =>
    step.kind === 'add-index' ? plan.down.filter((each) => each.kind === 'drop-index' && each.name === step.name) : [],
  )
  return { up, down }
}
