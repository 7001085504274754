/** A short name for what a schema is: equal for equal schemas, whatever the order of what was read. */
import { createHash } from 'node:crypto'
import type { Schema, Table } from './schema.ts'

/**
 * Eight hexadecimal digits that stand for a schema.
 * @param schema any schema; names of generated indexes and spellings of statements do not count
 */
export function fingerprint(schema: Schema): string {
  const tables = Object.values(schema.tables)
    .map(essence)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(tables)).digest('hex').slice(0, 8)
}

function essence({ name, columns, primaryKey, indexes, foreignKeys, checks }: Table) {
  return {
    name,
    columns: [...columns]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ type: _, annotation: __, ...column }) => column),
    primaryKey: primaryKey?.columns ?? [],
    // What is not said takes no part, so that a schema which says nothing keeps its name.
    keyParts: primaryKey?.parts,
    keyConflict: primaryKey?.conflict,
    indexes: indexes
      .map(({ unique, parts, where, conflict }) =>
        JSON.stringify([unique, parts, where, ...(conflict === undefined ? [] : [conflict])]),
      )
      .sort(),
    foreignKeys: foreignKeys.map(({ name: _, ...key }) => JSON.stringify(key)).sort(),
    checks: checks.map(({ expression }) => expression).sort(),
  }
}
