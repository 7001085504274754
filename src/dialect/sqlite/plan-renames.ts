/** Renames in an order in which they can be made, through a name of their own where they go in a circle. */
import { applyChanges, renameGroups } from '../../schema/apply-changes.ts'
import type { Change } from '../../schema/change.ts'
import type { PlanStep } from '../../schema/plan.ts'
import type { Schema } from '../../schema/schema.ts'
import { quote } from './create-table-sql.ts'
import { isPlainName } from './model-type.ts'
import { planDropIndex, planIndex } from './plan-index.ts'

interface Renaming {
  readonly from: string
  readonly to: string
}

/**
 * Plans renames of tables and columns. Those of one kind that follow each other happen at once.
 * @param from the schema before
 * @param renames nothing but renames
 */
export function planRenames(from: Schema, renames: readonly Change[]): readonly PlanStep[] {
  let schema = from
  const steps: PlanStep[] = []
  for (const group of renameGroups(renames)) {
    const after = applyChanges(schema, group)
    const pairs = group.flatMap((change) =>
      change.kind === 'rename-table' ? [{ from: change.table, to: change.to }] : [],
    )
    if (pairs.length > 0) steps.push(...planTables(schema, after, pairs))
    else steps.push(...planColumns(schema, group))
    schema = after
  }
  return steps
}

function planTables(before: Schema, after: Schema, pairs: readonly Renaming[]): readonly PlanStep[] {
  const names = new Map(pairs.map(({ from, to }) => [from, to]))
  const moved = Object.values(before.tables).flatMap((table) => {
    const name = names.get(table.name) ?? table.name
    return table.indexes.flatMap((index, at) => {
      const renamed = after.tables[name]!.indexes[at]!
      return renamed.name === index.name ? [] : [{ table: name, old: index.name, index: renamed }]
    })
  })
  return [
    ...inSequence(pairs, Object.keys(before.tables)).map(renameTable),
    ...moved.map(({ table, old }) => planDropIndex(table, old)),
    ...moved.map(({ table, index }) => planIndex(table, index)),
  ]
}

const renameTable = ({ from, to }: Renaming): PlanStep => ({
  kind: 'rename-table',
  from,
  to,
  sql: `ALTER TABLE ${quote(from)} RENAME TO ${quote(to)}`,
  reason: isPlainName(from) && isPlainName(to) ? null : 'Sequelize cannot quote this name',
})

function planColumns(schema: Schema, group: readonly Change[]): readonly PlanStep[] {
  const renames = group.flatMap((change) => (change.kind === 'rename-column' ? [change] : []))
  return [...new Set(renames.map(({ table }) => table))].flatMap((table) => {
    const own = renames.filter((rename) => rename.table === table)
    const columns = schema.tables[table]?.columns.map(({ name }) => name) ?? []
    return inSequence(own, columns).map(
      ({ from, to }): PlanStep => ({
        kind: 'sql',
        sql: `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(from)} TO ${quote(to)}`,
        reason: "Sequelize's renameColumn rebuilds the table on SQLite and loses what it does not know",
      }),
    )
  })
}

/**
 * One after the other, none onto a name that is still taken.
 * @param renames all at once
 * @param present the names that there are
 */
function inSequence(renames: readonly Renaming[], present: readonly string[]): readonly Renaming[] {
  const waiting = [...renames]
  const taken = new Set(present.map((name) => name.toLowerCase()))
  const steps: Renaming[] = []
  const move = (from: string, to: string): void => {
    steps.push({ from, to })
    taken.delete(from.toLowerCase())
    taken.add(to.toLowerCase())
  }
  while (waiting.length > 0) {
    const free = waiting.findIndex(({ to }) => !taken.has(to.toLowerCase()))
    if (free >= 0) {
      const [{ from, to }] = waiting.splice(free, 1) as [Renaming]
      move(from, to)
    } else {
      // A circle, or a name that differs in case only.
      const [{ from, to }] = waiting.splice(0, 1) as [Renaming]
      const between = freeName(`${from}_renamed`, taken)
      move(from, between)
      waiting.push({ from: between, to })
      if (waiting.length === 1 && taken.has(to.toLowerCase())) move(between, waiting.pop()!.to)
    }
  }
  return steps
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted}_${number}`
  return name
}
