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
]

/**
 * Orders changes: by stage, and tables by their foreign keys. Tables that refer to each other stay in name order.
 * @param changes in any order; those of one stage and table keep theirs
 */
export function inOrder(changes: readonly Change[]): readonly Change[] {
  const created = byReference(changes.flatMap((change) => (change.kind === 'create-table' ? [change.to] : [])))
  const dropped = byReference(
    changes.flatMap((change) => (change.kind === 'drop-table' ? [change.from] : [])),
  ).reverse()
  const rank = (change: Change): number => {
    if (change.kind === 'create-table') return created.indexOf(change.table)
    if (change.kind === 'drop-table') return dropped.indexOf(change.table)
    return 0
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

/** Names of tables, each after those it refers to, as far as they do not refer to each other. */
function byReference(tables: readonly Table[]): string[] {
  const waiting = new Map([...tables].sort((a, b) => compare(a.name, b.name)).map((table) => [table.name, table]))
  const ordered: string[] = []
  while (waiting.size > 0) {
    const names = [...waiting.values()]
      .filter((table) => table.foreignKeys.every(({ target }) => target === table.name || !waiting.has(target)))
      .map(({ name }) => name)
    // A cycle: whatever is first by name breaks it.
    const next = names.length > 0 ? names : [[...waiting.keys()][0]!]
    for (const name of next) waiting.delete(name)
    ordered.push(...next)
  }
  return ordered
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
