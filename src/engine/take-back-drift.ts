/** Drift is taken back: the changes that undo it are planned like a migration's, and run on a copy that may then become dev. */
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Target } from '../database/target.ts'
import { DevdbError, messageOf, type Problem, toProblem } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { describeThreat } from '../event/row-loss.ts'
import { statementsOf } from '../migration/render-sql.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import { type Change, reverse } from '../schema/change.ts'
import { withConsequences } from '../schema/consequences.ts'
import { describeChange } from '../schema/describe-change.ts'
import { inOrder } from '../schema/order.ts'
import { openColumns, type PlanStep } from '../schema/plan.ts'
import { partText, sameNames } from '../schema/rules.ts'
import { byName, type Index, type Schema } from '../schema/schema.ts'
import type { Project } from './project.ts'

/** The way back from drift. */
export interface WayBack {
  /** What is done, with what follows from it. */
  readonly changes: readonly Change[]
  readonly steps: readonly PlanStep[]
}

/**
 * Plans the way back.
 * @param dialect of dev
 * @param present what dev has
 * @param drift from what the migrations made to what dev has
 */
function planWayBack({ dialect }: Pick<Project, 'dialect'>, present: Schema, drift: readonly Change[]): WayBack {
  const changes = withConsequences(present, inOrder(drift.map(reverse)))
  const to = withConstraints(applyChanges(present, changes), changes)
  return { changes, steps: dialect.plan(present, changes, { isDown: true, to }) }
}

/** What was a constraint becomes one again, and no index that only means the same. */
function withConstraints(schema: Schema, changes: readonly Change[]): Schema {
  const restored = changes.flatMap((change) =>
    change.kind === 'add-index' && change.to.origin === 'constraint' ? [change] : [],
  )
  const tables = Object.values(schema.tables).map((table) => {
    const own = restored.filter((change) => change.table === table.name).map(({ to }) => to)
    const constraintOf = (index: Index): Index =>
      own.find((to) => index.unique && sameNames(to.parts.map(partText), index.parts.map(partText))) ?? index
    return own.length === 0 ? table : { ...table, indexes: table.indexes.map(constraintOf) }
  })
  return restored.length === 0 ? schema : { ...schema, tables: byName(tables) }
}

/**
 * Takes drift back on a copy of dev, in one transaction.
 * @param project the project
 * @param copy the copy, which is changed
 * @param drift from what the migrations made to what dev has
 * @param emit told each statement
 * @throws DevdbError `drift-stuck` where the database refuses it, or nobody knows what its rows would get
 */
export async function takeBackOn(
  project: Project,
  copy: Target,
  drift: readonly Change[],
  emit: Emit,
): Promise<WayBack> {
  const { config, dialect } = project
  const present = await dialect.introspect(copy, config.migrations.meta)
  const way = planWayBack(project, present, drift)
  const open = way.steps.flatMap(openColumns)
  if (open.length > 0)
    throw stuck(drift, `nobody knows what the rows get for ${open.join(', ')}`, `give ${open[0]} its values first`)
  const isUnguarded = way.steps.some(({ kind }) => kind === 'rebuild-table' || kind === 'without-foreign-keys')
  const { off, begin, end, on } = dialect.transactionSql(isUnguarded)
  const own = way.steps.flatMap((step) => statementsOf(step, dialect, () => 'NULL'))
  const connection = await dialect.openForWriting(copy)
  try {
    for (const sql of [...off, ...begin, ...own, ...end, ...on]) {
      const startedAt = performance.now()
      const tell = (error: string | null): void =>
        emit('statement-run', { database: config.dev.label, sql, ms: Math.round(performance.now() - startedAt), error })
      try {
        await connection.run(sql)
        tell(null)
      } catch (error) {
        tell(messageOf(error))
        throw stuck(drift, messageOf(error), 'take back together what belongs together, or adopt it', sql)
      }
    }
  } finally {
    await connection.close()
  }
  return way
}

const stuck = (drift: readonly Change[], reason: string, hint: string, statement?: string): DevdbError =>
  new DevdbError('drift-stuck', `${drift.map(describeChange).join('; ')} cannot be taken back: ${reason}`, {
    hint,
    ...(statement === undefined ? {} : { statement }),
  })

/** What taking drift back would come to. */
export interface WayBackTrial {
  /** What goes besides, since it cannot stay: a line each. */
  readonly besides: readonly string[]
  /** What the rows would lose, a line each. */
  readonly lost: readonly string[]
  /** Why it cannot be done, or null. */
  readonly problem: Problem | null
}

/**
 * Tries it on a copy of dev, and counts what the rows lose.
 * @param project the project
 * @param drift from what the migrations made to what dev has
 * @throws DevdbError `dev-busy`, `dev-unreadable`
 */
export async function tryWayBack(project: Project, drift: readonly Change[]): Promise<WayBackTrial> {
  const { config, dialect } = project
  const scratch = (name: string): Target => dialect.scratch(join(config.folder, 'rehearsal'), name)
  const [work, before] = [scratch('rehearsal'), scratch('before')]
  try {
    await dialect.removeScratch(work)
    await dialect.copy(config.dev, work, config.waitMs)
    await dialect.checkpoint(work, before)
    const { changes } = await takeBackOn(project, work, drift, () => undefined)
    const asked = new Set(drift.map((change) => describeChange(reverse(change))))
    const read = async (target: Target) => ({
      target,
      schema: await dialect.introspect(target, config.migrations.meta),
    })
    const [from, to] = [await read(before), await read(work)]
    const tables = new Set(Object.keys(from.schema.tables))
    const { losses } = await dialect.findLosses({ before: from, after: to, origin: null, tables })
    return {
      besides: changes.map(describeChange).filter((line) => !asked.has(line)),
      lost: losses.map(describeThreat),
      problem: null,
    }
  } catch (error) {
    const problem = toProblem(error)
    if (problem.code !== 'drift-stuck') throw error
    return { besides: [], lost: [], problem }
  } finally {
    for (const place of [work, before]) await dialect.removeScratch(place)
  }
}
