/** What a model's column becomes in a table that migrations made: what SQLite lets the table decide, and what no model can say. */
import type { Column, Table, TypeMeaning } from '../../schema/schema.ts'
import { hasRowid } from './rowid.ts'
import { affinityOf, meaningOf } from './sqlite-type.ts'

/**
 * - A STRICT table knows six types. https://www.sqlite.org/stricttables.html
 * - One WITHOUT ROWID counts nothing. https://www.sqlite.org/withoutrowid.html
 * - A column that is part of the key keeps NOT NULL: `sync()` writes it for none, and other tables than these let NULL in without it.
 *   https://www.sqlite.org/quirks.html#primary_keys_can_sometimes_contain_nulls
 * - No model has a conflict clause.
 */
export function inSqliteTable(column: Column, from: Table, to: Table): Column {
  const { conflict: _, ...wanted } = withType(column, from)
  const present = from.columns.find(({ name }) => name === column.name)
  const nullable = nullableIn(wanted, present, from, to)
  return {
    ...wanted,
    nullable,
    autoIncrement: wanted.autoIncrement && hasRowid(from),
    ...(present?.conflict === undefined || nullable ? {} : { conflict: present.conflict }),
  }
}

function nullableIn({ name, nullable }: Column, present: Column | undefined, from: Table, to: Table): boolean {
  if (present === undefined || to.primaryKey?.columns.includes(name) !== true) return nullable
  // What becomes a key only now may become NOT NULL with it.
  return from.primaryKey?.columns.includes(name) === true ? present.nullable : nullable && present.nullable
}

function withType(column: Column, from: Table): Column {
  if (!from.options.includes('STRICT')) return column
  const types = strictTypes(column.type, column.meaning)
  const present = from.columns.find(({ name }) => name === column.name)
  // INT as a key is not what INTEGER is.
  const isTaken = present !== undefined && present.meaning.kind !== 'int' && types.includes(present.type.toUpperCase())
  const type = isTaken ? present.type : types[0]!
  return { ...column, type, meaning: meaningOf(type) }
}

/** The types of a STRICT table in which values of a declared type fit, the most usual first. */
function strictTypes(type: string, { kind }: TypeMeaning): readonly string[] {
  if (/^(?:datetime|date|time|enum)$/.test(kind)) return ['TEXT', 'ANY']
  if (/^(?:json|jsonb|uuid)$/.test(kind)) return ['TEXT', 'BLOB', 'ANY']
  if (kind === 'boolean') return ['INTEGER', 'INT', 'ANY']
  if (kind === 'decimal') return ['REAL', 'TEXT', 'INTEGER', 'INT', 'ANY']
  const affinity = affinityOf(type)
  if (affinity === 'integer') return ['INTEGER', 'INT', 'ANY']
  if (affinity === 'text') return ['TEXT', 'ANY']
  if (affinity === 'real') return ['REAL', 'ANY']
  return affinity === 'blob' && type !== '' ? ['BLOB', 'ANY'] : ['ANY']
}
