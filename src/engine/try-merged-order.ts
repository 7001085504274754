/** Two branches each added a migration: does the one that comes late here make the same of the schema where it comes in name order? */
import { DevdbError, toProblem } from '../error.ts'
import type { MergedOrder } from '../event/rehearsal.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import { objectChanges } from '../schema/object-changes.ts'
import type { Schema } from '../schema/schema.ts'
import { buildShadow } from './build-shadow.ts'
import type { Project } from './project.ts'
import { type DevPosition, readDevPosition } from './read-dev-board.ts'

/**
 * Replays the migrations from empty, once with those that are out of order after the applied ones, as dev gets them, and then with one more of
 * them in its place each time, up to the order in which everybody else gets them.
 * @param project the project
 * @param signal cancels it
 * @returns by name; one for which nothing can be told is left out, as where replays fail in either order
 * @throws DevdbError `interrupted`, and of dev and the migrations folder
 */
export async function tryMergedOrder(project: Project, signal: AbortSignal): Promise<ReadonlyMap<string, MergedOrder>> {
  const orders = ordersOf(await readDevPosition(project))
  const verdicts = new Map<string, MergedOrder>()
  let before = orders.length === 0 ? null : await replayed(project, orders[0]!.files, signal)
  for (const { files, placed } of orders.slice(1)) {
    const after = await replayed(project, files, signal)
    if (before !== null && 'schema' in before) verdicts.set(placed, verdictOf(project, before.schema, after))
    before = after
  }
  return verdicts
}

interface Order {
  readonly files: readonly MigrationFile[]
  /** The one that stands in its place in this order for the first time; empty in the first order. */
  readonly placed: string
}

/** From dev's order to the order of names; none where nothing is out of order. */
function ordersOf({ board, files }: DevPosition): readonly Order[] {
  const pending = new Map(board.migrations.flatMap((one) => (one.state === 'pending' ? [[one.name, one]] : [])))
  const late = files.filter(({ name }) => pending.get(name)?.outOfOrder === true)
  const isNext = ({ name }: MigrationFile): boolean => pending.get(name)?.outOfOrder === false
  const orderWith = (count: number): readonly MigrationFile[] => {
    const waiting = late.slice(count)
    const rest = files.filter((file) => !waiting.includes(file))
    return [...rest.filter((file) => !isNext(file)), ...waiting, ...rest.filter(isNext)]
  }
  return late.length === 0
    ? []
    : ['', ...late.map(({ name }) => name)].map((placed, count) => ({ placed, files: orderWith(count) }))
}

type Replayed = { readonly schema: Schema } | { readonly error: DevdbError }

async function replayed(project: Project, files: readonly MigrationFile[], signal: AbortSignal): Promise<Replayed> {
  try {
    const shadow = await buildShadow(project, signal, files)
    return { schema: await project.dialect.introspect(shadow, project.config.migrations.meta) }
  } catch (error) {
    if (signal.aborted || !(error instanceof DevdbError)) throw error
    return { error }
  }
}

function verdictOf({ dialect: { rules } }: Project, here: Schema, merged: Replayed): MergedOrder {
  if ('error' in merged) return { result: 'failed', differences: [], problem: toProblem(merged.error) }
  const changes = [
    ...diff(here, merged.schema, { rules, isFromModels: false }),
    ...objectChanges(here, merged.schema, rules),
  ]
  return {
    result: changes.length === 0 ? 'same' : 'differs',
    differences: changes.map(describeChange),
    problem: null,
  }
}
