/** What a SQLite database is: read from its catalog in six statements, however many tables it has. https://www.sqlite.org/pragma.html */
import type { Connection, Row } from '../../database/connection.ts'
import type { Column, Dependent, PrimaryKey, Schema, Table, TypeMeaning, Unread } from '../../schema/schema.ts'
import { type DeclaredColumn, type DeclaredTable, readCreateTable } from './read-create-table.ts'
import { readForeignKeys, withTargets } from './read-foreign-keys.ts'
import { readIndexes } from './read-indexes.ts'
import { foldName } from './sql-tokens.ts'
import { meaningOf } from './sqlite-type.ts'

/** Tables of the user's: not SQLite's own, not the shadow tables of virtual ones. */
const userTables = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`

const statements = {
  objects: `SELECT type, name, tbl_name AS "table", sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name`,
  tables: `SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
  columns: `SELECT t.name AS "table", c.* FROM (${userTables}) t JOIN pragma_table_xinfo(t.name) c ORDER BY t.name, c.cid`,
  indexes: `SELECT t.name AS "table", i.name, i."unique", i.origin, i.partial FROM (${userTables}) t JOIN pragma_index_list(t.name) i ORDER BY i.name`,
  indexParts: `SELECT t.name AS "table", i.name AS "index", x.* FROM (${userTables}) t JOIN pragma_index_list(t.name) i JOIN pragma_index_xinfo(i.name) x WHERE x.key = 1 ORDER BY i.name, x.seqno`,
  foreignKeys: `SELECT t.name AS "owner", f.* FROM (${userTables}) t JOIN pragma_foreign_key_list(t.name) f ORDER BY t.name, f.id DESC, f.seq`,
} as const

type Rows = Readonly<Record<keyof typeof statements, readonly Row[]>>

/**
 * Reads the schema of a database.
 * @param connection the database
 * @param ignored names of tables that are not the user's, such as the meta table
 */
export async function introspectSqlite(connection: Connection, ignored: ReadonlySet<string>): Promise<Schema> {
  const rows = Object.fromEntries(
    await Promise.all(
      Object.entries(statements).map(async ([name, sql]) => [name, await connection.all(sql)] as const),
    ),
  ) as Rows
  const tables: Table[] = []
  const unread: Unread[] = []
  const byTable = groupAll(rows)
  for (const { name, type } of rows.tables as readonly { name: string; type: string }[]) {
    if (ignored.has(name) || type === 'view' || type === 'shadow') continue
    const own = byTable(name)
    const sql = String(own.objects.find((object) => object.type === 'table')?.sql ?? '')
    const declared = type === 'virtual' ? null : readCreateTable(sql)
    const reason = type === 'virtual' ? 'a virtual table' : 'its statement is not understood'
    if (declared === null) unread.push({ object: `table ${name}`, reason })
    else tables.push(readTable(name, sql, declared, own))
  }
  return {
    tables: withTargets(tables),
    views: readViews(rows.objects),
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
  readonly indexParts: readonly Row[]
  readonly foreignKeys: readonly Row[]
}

/** The rows of each table, grouped once: the cost grows with the number of rows, not with its square. */
function groupAll(rows: Rows): (table: string) => TableRows {
  const groups = {
    // A trigger names its table in its own capitals.
    objects: groupBy(rows.objects, 'table', foldName),
    columns: groupBy(rows.columns, 'table'),
    indexes: groupBy(rows.indexes, 'table'),
    indexParts: groupBy(rows.indexParts, 'table'),
    foreignKeys: groupBy(rows.foreignKeys, 'owner'),
  }
  return (table) => ({
    objects: groups.objects.get(foldName(table)) ?? [],
    columns: groups.columns.get(table) ?? [],
    indexes: groups.indexes.get(table) ?? [],
    indexParts: groups.indexParts.get(table) ?? [],
    foreignKeys: groups.foreignKeys.get(table) ?? [],
  })
}

function readTable(name: string, sql: string, declared: DeclaredTable, rows: TableRows): Table {
  const statementsOf = (type: string): readonly Row[] => rows.objects.filter((object) => object.type === type)
  const primaryKey = readPrimaryKey(rows.columns, declared.primaryKeyName)
  const texts = new Map(declared.columns.map((column) => [foldName(column.name), column]))
  const facts = { primaryKey, declared, hasRowid: hasRowid(rows, declared) }
  return {
    name,
    columns: rows.columns.map((row) => readColumn(row, texts.get(foldName(String(row.name))), facts)),
    primaryKey,
    indexes: readIndexes({
      indexes: rows.indexes,
      parts: groupBy(rows.indexParts, 'index'),
      statements: new Map(statementsOf('index').map((row) => [String(row.name), String(row.sql)])),
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
  }
}

/** `INT PRIMARY KEY` counts no rows, so that it is another type there than `INTEGER`; elsewhere the two are one. */
function keyMeaning(type: string, { primaryKey, declared, hasRowid }: TableFacts): TypeMeaning {
  const meaning = meaningOf(type)
  const isAlone = primaryKey?.columns.length === 1 && !declared.options.includes('WITHOUT ROWID')
  return isAlone && !hasRowid && meaning.kind === 'integer' ? { ...meaning, kind: 'int' } : meaning
}

function readPrimaryKey(columns: readonly Row[], name: string | null): PrimaryKey | null {
  const parts = columns.filter((row) => Number(row.pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk))
  return parts.length === 0 ? null : { name, columns: parts.map((row) => String(row.name)) }
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
