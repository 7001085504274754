/** What models say of columns that a database forgets: it makes drafts readable and backfills possible. The catalog always wins over it. */
import { type Annotation, byName, type Schema } from './schema.ts'

/** By table, then by column. */
export type Annotations = Readonly<Record<string, Readonly<Record<string, Annotation>>>>

/** A schema whose columns carry what their models say of them. */
export function annotate(schema: Schema, annotations: Annotations): Schema {
  const tables = Object.values(schema.tables).map((table) => {
    const own = annotations[table.name]
    if (own === undefined) return table
    const columns = table.columns.map((column) => {
      const annotation = Object.hasOwn(own, column.name) ? own[column.name] : undefined
      return annotation === undefined ? column : { ...column, annotation }
    })
    return { ...table, columns }
  })
  return { ...schema, tables: byName(tables) }
}
