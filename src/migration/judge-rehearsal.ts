/** What a migration's rehearsal did to the schema and to the rows, found in the states that it left. */
import type { Target } from '../database/target.ts'
import type { Dialect, MetaTable } from '../dialect/dialect.ts'
import type { KeptState } from '../dialect/kept-state.ts'
import type { Loss, RehearsedMigration, RehearsedStatement } from '../event/rehearsal.ts'
import { type RowLoss, rowReport } from '../event/row-loss.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import { objectChanges } from '../schema/object-changes.ts'

/** Two states, which nobody changes any more, and what was sent between them. */
export interface JudgedRun {
  readonly before: Target
  readonly after: Target
  readonly statements: readonly RehearsedStatement[]
}

/** What was found. */
export type RehearsalFindings = Pick<RehearsedMigration, 'schemaRestored' | 'leftovers' | 'lost' | 'changed' | 'lints'>

/** Nothing could be looked at. */
export const noFindings: RehearsalFindings = { schemaRestored: null, leftovers: [], lost: [], changed: [], lints: [] }

/**
 * Looks at what an up did.
 * @param dialect of the databases
 * @param meta the meta table, which is not the user's
 * @param run the states; where the up failed, `after` counts for nothing
 * @param isUp whether it ran
 */
export async function judgeUp(
  dialect: Dialect,
  meta: MetaTable,
  run: JudgedRun,
  isUp: boolean,
): Promise<RehearsalFindings> {
  const statements = sent(run.statements, 'up')
  const before = await stateOf(dialect, meta, run.before)
  if (!isUp) {
    const lints = await dialect.lintStatements({ before, after: null, statements, renamed: new Set() })
    return { ...noFindings, lints }
  }
  const after = await stateOf(dialect, meta, run.after)
  const tables = dialect.writtenTables(statements, before.schema)
  const { losses, renamed } = await dialect.findLosses({ before, after, origin: null, tables })
  const lints = await dialect.lintStatements({ before, after, statements, renamed })
  return { ...noFindings, ...rowsOf('up', losses), lints }
}

/**
 * Looks at what a down did.
 * @param dialect of the databases
 * @param meta as for `judgeUp`
 * @param run the states around it
 * @param facts `origin`: the state before the up; `keeps`: columns that the down keeps on purpose, as `table.column`
 * @param up what was found of the up
 */
export async function judgeDown(
  dialect: Dialect,
  meta: MetaTable,
  run: JudgedRun,
  facts: { readonly origin: Target; readonly keeps: readonly string[] },
  up: RehearsalFindings,
): Promise<RehearsalFindings> {
  const [before, after] = [await stateOf(dialect, meta, run.before), await stateOf(dialect, meta, run.after)]
  const origin = await stateOf(dialect, meta, facts.origin)
  const tables = dialect.writtenTables(sent(run.statements, 'down'), before.schema)
  const { losses } = await dialect.findLosses({ before, after, origin, tables })
  const { rules } = dialect
  const leftovers = [
    ...diff(origin.schema, after.schema, { rules, isFromModels: false }),
    ...objectChanges(origin.schema, after.schema, rules),
  ].filter((change) => change.kind !== 'add-column' || !facts.keeps.includes(`${change.table}.${change.to.name}`))
  const { lost, changed } = rowsOf('down', losses)
  return {
    schemaRestored: leftovers.length === 0,
    leftovers: leftovers.map(describeChange),
    lost: [...up.lost, ...lost],
    changed: [...(up.changed ?? []), ...changed],
    lints: up.lints,
  }
}

const sent = (
  statements: readonly RehearsedStatement[],
  direction: RehearsedStatement['direction'],
): readonly string[] => statements.flatMap((each) => (each.direction === direction ? [each.sql] : []))

const stateOf = async (dialect: Dialect, meta: MetaTable, target: Target): Promise<KeptState> => ({
  target,
  schema: await dialect.introspect(target, meta),
})

function rowsOf(direction: Loss['direction'], losses: readonly RowLoss[]) {
  const { lost, changed } = rowReport(losses)
  const directed = (loss: RowLoss): Loss => ({ direction, ...loss })
  return { lost: lost.map(directed), changed: changed.map(directed) }
}
