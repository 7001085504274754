/** What tables hold, so that a proof can say that nothing was lost: counts and checksums of the columns that a draft must leave alone. */
import { createHash } from 'node:crypto'
import type { Connection } from '../database/connection.ts'
import type { Change } from '../schema/change.ts'
import type { Schema } from '../schema/schema.ts'

/** A table before and after, with the columns that hold the same in both. */
export interface KeptTable {
  readonly before: string
  readonly after: string
  readonly columns: readonly { readonly before: string; readonly after: string }[]
}

/** A checksum and the number of rows, by the table's name before. */
export type Contents = ReadonlyMap<string, { readonly rows: number; readonly checksum: string }>

/**
 * What changes leave alone.
 * @param schema the schema before
 * @param changes the draft's, renames first
 */
export function keptTables(schema: Schema, changes: readonly Change[]): readonly KeptTable[] {
  return Object.values(schema.tables).flatMap((table) => {
    const renamed = changes.find((change) => change.kind === 'rename-table' && change.table === table.name)
    const after = renamed?.kind === 'rename-table' ? renamed.to : table.name
    const own = changes.filter((change) => change.table === after && change.kind !== 'rename-table')
    if (own.some(({ kind }) => kind === 'drop-table')) return []
    const columns = table.columns.map(({ name }) => {
      const rename = own.find((change) => change.kind === 'rename-column' && change.from === name)
      return { before: name, after: rename?.kind === 'rename-column' ? rename.to : name }
    })
    const touched = own.flatMap((change) =>
      change.kind === 'drop-column' || change.kind === 'alter-column' ? [change.from.name] : [],
    )
    return [{ before: table.name, after, columns: columns.filter((column) => !touched.includes(column.after)) }]
  })
}

/**
 * Reads contents.
 * @param connection the database
 * @param tables which
 * @param side whose names the database has now
 */
export async function readContents(
  connection: Connection,
  tables: readonly KeptTable[],
  side: 'before' | 'after',
): Promise<Contents> {
  const contents = new Map<string, { rows: number; checksum: string }>()
  for (const table of tables) {
    const columns = table.columns.map((column) => quote(column[side]))
    const rows = await connection.all(
      `SELECT ${columns.length === 0 ? '1' : columns.join(', ')} FROM ${quote(table[side])}`,
    )
    const lines = rows.map((row) => JSON.stringify(Object.values(row))).sort()
    const hash = createHash('sha1')
    for (const line of lines) hash.update(`${line}\n`)
    contents.set(table.before, { rows: rows.length, checksum: hash.digest('hex') })
  }
  return contents
}

/** What differs, a line for each table. */
export const lostContents = (before: Contents, after: Contents): readonly string[] =>
  [...before].flatMap(([table, { rows, checksum }]) => {
    const now = after.get(table)
    if (now === undefined || now.rows !== rows) return [`${now?.rows ?? 0} of ${rows} rows are left in ${table}`]
    return now.checksum === checksum ? [] : [`the rows of ${table} hold other values`]
  })

/** A name as an identifier of standard SQL. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
