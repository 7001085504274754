/** What a SQLite database is: read from its catalog in six statements, however many tables it has. https://www.sqlite.org/pragma.html */
import type { Connection, Row } from '../../database/connection.ts'
import {
  byName,
  type Column,
  type Dependent,
  type ForeignKey,
  type Index,
  type IndexPart,
  type PrimaryKey,
  type Schema,
  type Table,
  type Unread,
} from '../../schema/schema.ts'
import { type DeclaredTable, readCreateTable } from './read-create-table.ts'
import { readTokens } from './sql-tokens.ts'
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
    const sql = String(rows.objects.find((object) => object.type === 'table' && object.name === name)?.sql ?? '')
    const declared = type === 'virtual' ? null : readCreateTable(sql)
    if (declared === null)
      unread.push({
        object: `table ${name}`,
        reason: type === 'virtual' ? 'a virtual table' : 'its statement is not understood',
      })
    else tables.push(readTable(name, sql, declared, byTable(name)))
  }
  return {
    tables: withTargetColumns(byName(tables)),
    views: dependents(rows.objects.filter(({ type }) => type === 'view')),
    unread,
  }
}

/** A key that names no columns means the primary key of its target. https://www.sqlite.org/foreignkeys.html */
const withTargetColumns = (tables: Readonly<Record<string, Table>>): Schema['tables'] =>
  byName(
    Object.values(tables).map((table) => ({
      ...table,
      foreignKeys: table.foreignKeys.map((key) =>
        key.targetColumns.length > 0 ? key : { ...key, targetColumns: tables[key.target]?.primaryKey?.columns ?? [] },
      ),
    })),
  )

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
    objects: groupBy(rows.objects, 'table'),
    columns: groupBy(rows.columns, 'table'),
    indexes: groupBy(rows.indexes, 'table'),
    indexParts: groupBy(rows.indexParts, 'table'),
    foreignKeys: groupBy(rows.foreignKeys, 'owner'),
  }
  return (table) => ({
    objects: groups.objects.get(table) ?? [],
    columns: groups.columns.get(table) ?? [],
    indexes: groups.indexes.get(table) ?? [],
    indexParts: groups.indexParts.get(table) ?? [],
    foreignKeys: groups.foreignKeys.get(table) ?? [],
  })
}

function readTable(name: string, sql: string, declared: DeclaredTable, rows: TableRows): Table {
  const primaryKey = readPrimaryKey(rows.columns, declared.primaryKeyName)
  return {
    name,
    columns: rows.columns.map((row) => readColumn(row, declared, primaryKey)),
    primaryKey,
    indexes: readIndexes(rows),
    foreignKeys: readForeignKeys(rows.foreignKeys, declared),
    checks: [...declared.checks].sort((a, b) => compare(a.expression, b.expression)),
    triggers: dependents(rows.objects.filter(({ type }) => type === 'trigger')),
    options: declared.options,
    sql,
  }
}

function readColumn(row: Row, declared: DeclaredTable, primaryKey: PrimaryKey | null): Column {
  const name = String(row.name)
  const type = String(row.type)
  const text = declared.columns.find((column) => column.name.toLowerCase() === name.toLowerCase())
  const hidden = Number(row.hidden)
  // A rowid alias is never null, whatever its declaration says. https://www.sqlite.org/rowidtable.html
  const isRowid = primaryKey?.columns.length === 1 && primaryKey.columns[0] === name && type.toUpperCase() === 'INTEGER'
  return {
    name,
    type,
    meaning: meaningOf(type),
    nullable: Number(row.notnull) === 0 && !isRowid,
    default: row.dflt_value === null ? null : String(row.dflt_value),
    collation: text?.collation ?? null,
    generated:
      hidden === 2 || hidden === 3
        ? { expression: text?.generated ?? '', kind: hidden === 3 ? 'stored' : 'virtual' }
        : null,
    autoIncrement: text?.autoIncrement ?? false,
  }
}

function readPrimaryKey(columns: readonly Row[], name: string | null): PrimaryKey | null {
  const parts = columns.filter((row) => Number(row.pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk))
  return parts.length === 0 ? null : { name, columns: parts.map((row) => String(row.name)) }
}

function readIndexes(rows: TableRows): readonly Index[] {
  const partsOf = groupBy(rows.indexParts, 'index')
  const sqlOf = new Map(
    rows.objects.filter(({ type }) => type === 'index').map((row) => [String(row.name), String(row.sql)]),
  )
  return rows.indexes
    .filter(({ origin }) => origin !== 'pk')
    .map((row) => {
      const name = String(row.name)
      const sql = sqlOf.get(name) ?? null
      const texts = sql === null ? [] : partTexts(sql)
      return {
        name,
        unique: Number(row.unique) === 1,
        origin: row.origin === 'u' ? 'constraint' : 'index',
        parts: (partsOf.get(name) ?? []).map((part, index) => readIndexPart(part, texts[index] ?? '')),
        where: sql === null || Number(row.partial) === 0 ? null : whereOf(sql),
        sql,
      }
    })
}

const readIndexPart = (row: Row, text: string): IndexPart => ({
  column: row.name === null ? null : String(row.name),
  expression: row.name === null ? text : null,
  descending: Number(row.desc) === 1,
  collation: String(row.coll) === 'BINARY' ? null : String(row.coll),
})

/** The columns of a CREATE INDEX as they are written, without order. */
function partTexts(sql: string): readonly string[] {
  const tokens = readTokens(sql)
  const open = tokens.findIndex(({ kind, text }) => kind === 'symbol' && text === '(')
  const texts: string[] = []
  let depth = 0
  let start = tokens[open]?.end ?? 0
  for (const token of tokens.slice(open)) {
    if (token.kind !== 'symbol') continue
    if (token.text === '(') depth += 1
    if (token.text === ')') depth -= 1
    if (depth === 0 || (depth === 1 && token.text === ',')) {
      texts.push(
        sql
          .slice(start, token.start)
          .trim()
          .replace(/\s+(?:asc|desc)$/i, ''),
      )
      start = token.end
    }
    if (depth === 0) break
  }
  return texts
}

function whereOf(sql: string): string | null {
  const where = readTokens(sql).find(({ kind, text }) => kind === 'word' && text.toUpperCase() === 'WHERE')
  return where === undefined ? null : sql.slice(where.end).trim()
}

function readForeignKeys(rows: readonly Row[], declared: DeclaredTable): readonly ForeignKey[] {
  const texts = [...declared.foreignKeys]
  const keys = [...groupBy(rows, 'id').values()].map((parts): ForeignKey => {
    const columns = parts.map((row) => String(row.from))
    const first = parts[0]!
    const target = String(first.table)
    const at = texts.findIndex(
      (text) =>
        same(text.target, target) &&
        text.columns.length === columns.length &&
        text.columns.every((name, index) => same(name, columns[index]!)),
    )
    const [text] = at < 0 ? [] : texts.splice(at, 1)
    return {
      name: text?.name ?? null,
      columns,
      target,
      targetColumns: parts.flatMap((row) => (row.to === null ? [] : [String(row.to)])),
      onDelete: String(first.on_delete),
      onUpdate: String(first.on_update),
      deferred: text?.deferred ?? false,
    }
  })
  return keys.sort(
    (a, b) => compare(JSON.stringify(a.columns), JSON.stringify(b.columns)) || compare(a.target, b.target),
  )
}

const dependents = (rows: readonly Row[]): readonly Dependent[] =>
  rows.map((row) => ({ name: String(row.name), sql: String(row.sql) }))

function groupBy(rows: readonly Row[], key: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const name = String(row[key])
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return groups
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
