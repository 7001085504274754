/** What a SQLite database is: read from its catalog in six statements, however many tables it has. https://www.sqlite.org/pragma.html */
import type { Connection, Row } from '../../database/connection.ts'
import type {
  Column,
  Dependent,
  IndexPart,
  PrimaryKey,
  Schema,
  Table,
  TypeMeaning,
  Unread,
} from '../../schema/schema.ts'
import { type DeclaredColumn, type DeclaredTable, readCreateTable } from './read-create-table.ts'
import { readForeignKeys, withTargets } from './read-foreign-keys.ts'
import { readIndexes, readPart } from './read-indexes.ts'
import { foldName } from './sql-tokens.ts'
import { meaningOf } from './sqlite-type.ts'

/**
 * What the pragmas tell of a table, as JSON: rows cost the driver more than their reading costs SQLite. https://www.sqlite.org/json1.html
 */
const packed = {
  columns: `SELECT json_group_array(json_object('name', c.name, 'type', c.type, 'notnull', c."notnull", 'dflt_value', c.dflt_value, 'pk', c.pk, 'hidden', c.hidden)) FROM pragma_table_xinfo(t.name) c`,
  parts: `SELECT json_group_array(json_object('name', x.name, 'desc', x."desc", 'coll', x.coll)) FROM pragma_index_xinfo(i.name) x WHERE x.key = 1`,
  foreignKeys: `SELECT json_group_array(json_object('id', f.id, 'table', f."table", 'from', f."from", 'to', f."to", 'on_update', f.on_update, 'on_delete', f.on_delete)) FROM pragma_foreign_key_list(t.name) f`,
}
const packedIndexes = `SELECT json_group_array(json_object('name', i.name, 'unique', i."unique", 'origin', i.origin, 'partial', i.partial, 'parts', json((${packed.parts})))) FROM pragma_index_list(t.name) i`

const statements = {
  objects: `SELECT type, name, tbl_name AS "table", sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name`,
  // Tables of the user's: not SQLite's own, not views, not the shadow tables of virtual ones. A virtual one is not asked, its module may be missing.
  tables: `SELECT t.name, t.type, iif(t.type = 'table', (${packed.columns}), '[]') AS columns, iif(t.type = 'table', (${packedIndexes}), '[]') AS indexes, iif(t.type = 'table', (${packed.foreignKeys}), '[]') AS "foreignKeys" FROM pragma_table_list t WHERE t.schema = 'main' AND t.type NOT IN ('view', 'shadow') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name`,
} as const

/**
 * Reads the schema of a database.
 * @param connection the database
 * @param ignored names of tables that are not the user's, such as the meta table
 */
export async function introspectSqlite(connection: Connection, ignored: ReadonlySet<string>): Promise<Schema> {
  const [objects, found] = await Promise.all([connection.all(statements.objects), connection.all(statements.tables)])
  const tables: Table[] = []
  const unread: Unread[] = []
  // A trigger names its table in its own capitals.
  const objectsOf = groupBy(objects, 'table', foldName)
  for (const row of found) {
    const [name, type] = [String(row.name), String(row.type)]
    if (ignored.has(name)) continue
    const own = readRows(row, objectsOf.get(foldName(name)) ?? [])
    const sql = String(own.objects.find((object) => object.type === 'table')?.sql ?? '')
    const declared = type === 'virtual' ? null : readCreateTable(sql)
    const reason = type === 'virtual' ? 'a virtual table' : 'its statement is not understood'
    if (declared === null) unread.push({ object: `table ${name}`, reason })
    else tables.push(readTable(name, sql, declared, own))
  }
  return {
    tables: withTargets(tables),
    views: readViews(objects),
    unread,
  }
}

/** The views, then the triggers that stand on them instead of on a table. */
function readViews(objects: readonly Row[]): readonly Dependent[] {
  const views = objects.filter(({ type }) => type === 'view')
  const names = new Set(views.map(({ name }) => foldName(String(name))))
  const triggers = objects.filter(({ type, table }) => type === 'trigger' && names.has(foldName(String(table))))
  return dependents([...views, ...triggers])
}

interface TableRows {
  readonly objects: readonly Row[]
  readonly columns: readonly Row[]
  readonly indexes: readonly Row[]
  readonly foreignKeys: readonly Row[]
}

function readRows(row: Row, objects: readonly Row[]): TableRows {
  const unpack = (name: 'columns' | 'indexes' | 'foreignKeys'): readonly Row[] => JSON.parse(String(row[name]))
  return {
    objects,
    columns: unpack('columns'),
    indexes: [...unpack('indexes')].sort((a, b) => compare(String(a.name), String(b.name))),
    // The last one is declared first.
    foreignKeys: [...unpack('foreignKeys')].sort((a, b) => Number(b.id) - Number(a.id)),
  }
}

function readTable(name: string, sql: string, declared: DeclaredTable, rows: TableRows): Table {
  const statementsOf = (type: string): readonly Row[] => rows.objects.filter((object) => object.type === type)
  const primaryKey = readPrimaryKey(rows, declared)
  const texts = new Map(declared.columns.map((column) => [foldName(column.name), column]))
  const facts = { primaryKey, declared, hasRowid: hasRowid(rows, declared) }
  return {
    name,
    columns: rows.columns.map((row) => readColumn(row, texts.get(foldName(String(row.name))), facts)),
    primaryKey,
    indexes: readIndexes({
      indexes: rows.indexes,
      statements: new Map(statementsOf('index').map((row) => [String(row.name), String(row.sql)])),
      uniques: declared.uniques,
    }),
    foreignKeys: readForeignKeys(groupBy(rows.foreignKeys, 'id').values(), declared),
    checks: [...declared.checks].sort((a, b) => compare(a.expression, b.expression)),
    triggers: dependents(statementsOf('trigger')),
    options: declared.options,
    sql,
  }
}

/**
 * Whether the primary key is another name of the rowid: `INTEGER PRIMARY KEY` is, `INT PRIMARY KEY` and `INTEGER PRIMARY KEY DESC` are
 * not, and only what is not has an index of its own. https://www.sqlite.org/lang_createtable.html#rowid
 */
const hasRowid = (rows: TableRows, { options }: DeclaredTable): boolean =>
  !options.includes('WITHOUT ROWID') &&
  rows.columns.filter(({ pk }) => Number(pk) > 0).length === 1 &&
  rows.indexes.every(({ origin }) => origin !== 'pk')

interface TableFacts {
  readonly primaryKey: PrimaryKey | null
  readonly declared: DeclaredTable
  readonly hasRowid: boolean
}

function readColumn(row: Row, text: DeclaredColumn | undefined, facts: TableFacts): Column {
  const type = String(row.type)
  const hidden = Number(row.hidden)
  const isKey = Number(row.pk) > 0
  return {
    name: String(row.name),
    type,
    meaning: isKey ? keyMeaning(type, facts) : meaningOf(type),
    // The rowid is never null, whatever its declaration says. https://www.sqlite.org/rowidtable.html
    nullable: Number(row.notnull) === 0 && !(isKey && facts.hasRowid),
    default: row.dflt_value === null ? null : String(row.dflt_value),
    collation: text?.collation ?? null,
    generated:
      hidden === 2 || hidden === 3
        ? { expression: text?.generated ?? '', kind: hidden === 3 ? 'stored' : 'virtual' }
        : null,
    autoIncrement: isKey && facts.declared.hasAutoIncrement,
    ...(text?.conflict === undefined ? {} : { conflict: text.conflict }),
  }
}

/** `INT PRIMARY KEY` counts no rows, so that it is another type there than `INTEGER`; elsewhere the two are one. */
function keyMeaning(type: string, { primaryKey, declared, hasRowid }: TableFacts): TypeMeaning {
  const meaning = meaningOf(type)
  const isAlone = primaryKey?.columns.length === 1 && !declared.options.includes('WITHOUT ROWID')
  return isAlone && !hasRowid && meaning.kind === 'integer' ? { ...meaning, kind: 'int' } : meaning
}

function readPrimaryKey({ columns, indexes }: TableRows, declared: DeclaredTable): PrimaryKey | null {
  const keys = columns.filter((row) => Number(row.pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk))
  if (keys.length === 0) return null
  const collations = new Map(declared.columns.map(({ name, collation }) => [foldName(name), collation ?? 'BINARY']))
  const isOwn = ({ column, collation }: IndexPart): boolean =>
    foldName(collations.get(foldName(column ?? '')) ?? 'BINARY') === foldName(collation ?? 'BINARY')
  const index = indexes.find(({ origin }) => origin === 'pk')
  const parts = ((index?.parts ?? []) as readonly Row[]).map((row) => readPart(row))
  const isPlain = parts.every((part) => !part.descending && isOwn(part))
  return {
    ...declared.primaryKey,
    columns: keys.map((row) => String(row.name)),
    ...(isPlain ? {} : { parts: parts.map((part) => (isOwn(part) ? { ...part, collation: null } : part)) }),
  }
}

const dependents = (rows: readonly Row[]): readonly Dependent[] =>
  rows.map((row) => ({ name: String(row.name), sql: String(row.sql) }))

function groupBy(rows: readonly Row[], key: string, fold = (name: string) => name): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const name = fold(String(row[key]))
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return groups
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
