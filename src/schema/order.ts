/** In which order changes can be made: a table before what refers to it, and gone only after that. */
import type { Change } from './change.ts'
import type { Table } from './schema.ts'

const stages: readonly Change['kind'][] = [
  'rename-table',
  'rename-column',
  'create-table',
  'drop-foreign-key',
  'drop-index',
  'add-column',
  'alter-column',
  'alter-primary-key',
  'drop-column',
  'add-index',
  'add-foreign-key',
  'drop-table',
  'drop-object',
  'add-object',
]

/**
 * Orders changes: by stage, and tables by their foreign keys; in a cycle of these the first by name comes last.
 * @param changes in any order; those of one stage and table keep theirs
 */
export function inOrder(changes: readonly Change[]): readonly Change[] {
  const created = byReference(changes.flatMap((change) => (change.kind === 'create-table' ? [change.to] : [])))
  const dropped = byReference(changes.flatMap((change) => (change.kind === 'drop-table' ? [change.from] : [])))
  const rank = ({ kind, table }: Change): number => {
    if (kind === 'create-table') return created.get(table) ?? 0
    return kind === 'drop-table' ? -(dropped.get(table) ?? 0) : 0
  }
  const ranked = changes.map((change, index) => ({
    change,
    index,
    stage: stages.indexOf(change.kind),
    rank: rank(change),
  }))
  ranked.sort(
    (a, b) => a.stage - b.stage || a.rank - b.rank || compare(a.change.table, b.change.table) || a.index - b.index,
  )
  return ranked.map(({ change }) => change)
}

/**
 * The place of each table: after those it refers to, unless they refer back to it. Each is entered when all its targets were visited, so that
 * only a reference that closes a cycle points forward.
 */
function byReference(tables: readonly Table[]): ReadonlyMap<string, number> {
  const waiting = new Map([...tables].sort((a, b) => compare(a.name, b.name)).map((table) => [table.name, table]))
  const places = new Map<string, number>()
  const visit = (name: string): void => {
    const table = waiting.get(name)
    if (table === undefined) return
    waiting.delete(name)
    for (const target of table.foreignKeys.map((key) => key.target).sort(compare)) visit(target)
    places.set(name, places.size)
  }
  for (const name of [...waiting.keys()]) visit(name)
  return places
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
