/** What the rows of dev say of possible renames: whether what a column holds would do in the other one. */
import type { Change, ColumnAspect } from '../schema/change.ts'
import { diff } from '../schema/diff.ts'
import type { RenameEvidence } from '../schema/rename.ts'
import type { Column, Schema } from '../schema/schema.ts'
import type { Project } from './project.ts'

/** So many pairs at most are looked at: it only orders the answers, and each pair reads a table. */
const mostPairs = 60

/**
 * Looks at the rows.
 * @param project the project
 * @param from the migrations' schema
 * @param to the models' schema
 */
export async function readEvidence({ config, dialect }: Project, from: Schema, to: Schema): Promise<RenameEvidence> {
  const pairs = pairsOf(diff(from, to, { rules: dialect.rules, isFromModels: true })).slice(0, mostPairs)
  const misfits = new Set<string>()
  if (pairs.length > 0 && (await dialect.exists(config.dev))) {
    const connection = await dialect.openForReading(config.dev)
    try {
      for (const { table, before, after } of pairs) {
        const change = {
          kind: 'alter-column',
          table,
          from: before,
          to: { ...after, name: before.name },
          aspects,
        } as const
        for (const { sql } of dialect.hazardsOf(change, from, to)) {
          // A pending migration may yet make the column.
          const rows = await connection.all(sql).catch(() => [])
          if (Number(rows[0]?.rows ?? 0) > 0) misfits.add(keyOf(table, before, after))
        }
      }
    } finally {
      await connection.close()
    }
  }
  return { from, to, fits: (table, before, after) => !misfits.has(keyOf(table, before, after)) }
}

const aspects: readonly ColumnAspect[] = ['type', 'nullable']

const keyOf = (table: string, before: Column, after: Column): string => JSON.stringify([table, before.name, after.name])

function pairsOf(changes: readonly Change[]) {
  return changes.flatMap((drop) =>
    drop.kind !== 'drop-column'
      ? []
      : changes.flatMap((add) =>
          add.kind === 'add-column' && add.table === drop.table
            ? [{ table: drop.table, before: drop.from, after: add.to }]
            : [],
        ),
  )
}
