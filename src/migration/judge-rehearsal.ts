/** What a migration's rehearsal did to the schema and to the rows, told from the states that it left. */
import type { Target } from '../database/target.ts'
import type { Dialect, MetaTable } from '../dialect/dialect.ts'
import type { KeptState } from '../dialect/kept-state.ts'
import type { Loss, RehearsedMigration, RehearsedStatement } from '../event/rehearsal.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import { objectChanges } from '../schema/object-changes.ts'

/** The states of one migration, which nobody changes any more. */
export interface RehearsalStates {
  readonly before: Target
  readonly afterUp: Target
  readonly afterDown: Target
}

/** How it went. */
export interface RehearsalFacts {
  /** Whether the up ran, and the down: only then there is a state after it. */
  readonly isUp: boolean
  readonly isDown: boolean
  /** Columns that the down keeps on purpose, as `table.column`. */
  readonly keeps: readonly string[]
  readonly statements: readonly RehearsedStatement[]
}

/** What was found. */
export type RehearsalFindings = Pick<RehearsedMigration, 'schemaRestored' | 'leftovers' | 'lost' | 'lints'>

/** Nothing could be looked at. */
export const noFindings: RehearsalFindings = { schemaRestored: null, leftovers: [], lost: [], lints: [] }

/**
 * Compares the states.
 * @param dialect of the databases
 * @param meta the meta table, which is not the user's
 * @param states where they are
 * @param facts how it went
 */
export async function judgeRehearsal(
  dialect: Dialect,
  meta: MetaTable,
  states: RehearsalStates,
  { isUp, isDown, keeps, statements }: RehearsalFacts,
): Promise<RehearsalFindings> {
  const read = async (target: Target): Promise<KeptState> => ({
    target,
    schema: await dialect.introspect(target, meta),
  })
  const sent = (direction: 'up' | 'down'): readonly string[] =>
    statements.flatMap((each) => (each.direction === direction ? [each.sql] : []))
  const before = await read(states.before)
  if (!isUp) {
    const lints = await dialect.lintStatements({ before, after: null, statements: sent('up'), renamed: new Set() })
    return { ...noFindings, lints }
  }
  const after = await read(states.afterUp)
  const up = await dialect.findLosses({
    before,
    after,
    origin: null,
    tables: dialect.writtenTables(sent('up'), before.schema),
  })
  const lints = await dialect.lintStatements({ before, after, statements: sent('up'), renamed: up.renamed })
  const lost: Loss[] = up.losses.map((loss) => ({ direction: 'up', ...loss }))
  if (!isDown) return { ...noFindings, lost, lints }
  const reverted = await read(states.afterDown)
  const down = await dialect.findLosses({
    before: after,
    after: reverted,
    origin: before,
    tables: dialect.writtenTables(sent('down'), after.schema),
  })
  const { rules } = dialect
  const leftovers = [
    ...diff(before.schema, reverted.schema, { rules, isFromModels: false }),
    ...objectChanges(before.schema, reverted.schema, rules),
  ].filter((change) => change.kind !== 'add-column' || !keeps.includes(`${change.table}.${change.to.name}`))
  return {
    schemaRestored: leftovers.length === 0,
    leftovers: leftovers.map(describeChange),
    lost: [...lost, ...down.losses.map((loss): Loss => ({ direction: 'down', ...loss }))],
    lints,
  }
}
