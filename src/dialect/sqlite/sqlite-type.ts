/** What a declared type means to SQLite and to Sequelize, which keeps its own type names there. https://www.sqlite.org/datatype3.html */
import type { TypeMeaning } from '../../schema/schema.ts'

/** Spellings of one type; everything else stands for itself. */
const families: Readonly<Record<string, string>> = {
  INT: 'integer',
  INTEGER: 'integer',
  TINYINT: 'tinyint',
  BOOLEAN: 'boolean',
  BOOL: 'boolean',
  'CHARACTER VARYING': 'varchar',
  VARCHAR: 'varchar',
  'VARYING CHARACTER': 'varchar',
  CHARACTER: 'char',
  DECIMAL: 'decimal',
  NUMERIC: 'decimal',
  DOUBLE: 'double',
  'DOUBLE PRECISION': 'double',
  TIMESTAMP: 'datetime',
}

/** A database has few types and many columns. */
const known = new Map<string, TypeMeaning>()

/**
 * Reads a declared type.
 * @param type as declared; may be empty
 */
export function meaningOf(type: string): TypeMeaning {
  const meaning = known.get(type) ?? readType(type)
  known.set(type, meaning)
  return meaning
}

function readType(type: string): TypeMeaning {
  const match = /^([^()]*)(?:\(([^)]*)\))?(.*)$/s.exec(type)
  const name = `${match?.[1] ?? ''} ${match?.[3] ?? ''}`.trim().replace(/\s+/g, ' ').toUpperCase()
  const size = (match?.[2] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number)
  const kind = families[name] ?? name.toLowerCase()
  // Sequelize writes BOOLEAN so.
  if (kind === 'tinyint' && size.length === 1 && size[0] === 1) return { kind: 'boolean', size: [] }
  return { kind, size: size.filter((value) => !Number.isNaN(value)) }
}

/** The affinity that decides how a value is stored. https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
export function affinityOf(type: string): 'integer' | 'text' | 'blob' | 'real' | 'numeric' {
  if (/INT/i.test(type)) return 'integer'
  if (/CHAR|CLOB|TEXT/i.test(type)) return 'text'
  if (type === '' || /BLOB/i.test(type)) return 'blob'
  return /REAL|FLOA|DOUB/i.test(type) ? 'real' : 'numeric'
}
