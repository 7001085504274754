/**
 * What a SQLite database is, asked through plain PRAGMAs and by trying, without any of devdb's code: the answer that the introspection has
 * to agree with. What no PRAGMA tells is tried out in a transaction that is rolled back: the collation of a column by an index on it, AUTOINCREMENT
 * by the plan of an INSERT, the value of a default by inserting it.
 */

/** The little that it needs of a connection. */
export interface Asked {
  all(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
}

type Rows = readonly Readonly<Record<string, unknown>>[]

/** One table: everything as text, lists in an order that depends on nothing but their contents. */
export interface OracleTable {
  readonly columns: readonly OracleColumn[]
  readonly primaryKey: readonly string[]
  readonly indexes: readonly string[]
  readonly foreignKeys: readonly string[]
}

export interface OracleColumn {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  /** What is stored where no value is given; the text where that depends on the time. */
  readonly value: string
  readonly collation: string
  readonly isGenerated: boolean
  readonly autoIncrement: boolean
}

export type OracleSchema = readonly (readonly [table: string, OracleTable])[]

/** Dumps a database. Columns are sorted: their order is no difference. */
export async function askOracle(database: Asked): Promise<OracleSchema> {
  const tables = await database.all(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
  )
  const dump: [string, OracleTable][] = []
  for (const { name } of tables) dump.push([String(name), await askTable(database, String(name))])
  return dump
}

async function askTable(database: Asked, table: string): Promise<OracleTable> {
  const rows = await database.all(`PRAGMA table_xinfo(${quote(table)})`)
  const list = await database.all(`PRAGMA index_list(${quote(table)})`)
  const keys = rows.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk))
  const primaryKey = keys.map(({ name }) => String(name))
  const isAlias = primaryKey.length === 1 && !list.some(({ origin }) => origin === 'pk')
  const counts = await countsUp(database, table)
  const columns: OracleColumn[] = []
  for (const row of rows) {
    const isKey = Number(row.pk) > 0
    columns.push({
      name: String(row.name),
      type: isKey && primaryKey.length === 1 ? String(row.type).toUpperCase() : family(String(row.type)),
      nullable: Number(row.notnull) === 0 && !(isKey && isAlias),
      value: await storedValue(database, String(row.type), row.dflt_value === null ? null : String(row.dflt_value)),
      collation: await collationOf(database, table, String(row.name)),
      isGenerated: Number(row.hidden) > 1,
      autoIncrement: isKey && counts,
    })
  }
  const indexes: string[] = []
  for (const row of list) if (row.origin !== 'pk') indexes.push(...(await askIndex(database, row, primaryKey, columns)))
  return {
    columns: columns.sort((a, b) => (a.name < b.name ? -1 : 1)),
    primaryKey,
    indexes: [...new Set(indexes)].sort(),
    foreignKeys: await askForeignKeys(database, table),
  }
}

/** Spellings that are documented as one type. */
function family(type: string): string {
  const plain = type.toUpperCase().replace(/\s+/g, '')
  const spellings: Readonly<Record<string, string>> = { INT: 'INTEGER', 'TINYINT(1)': 'BOOLEAN', NUMERIC: 'DECIMAL' }
  return spellings[plain] ?? plain
}

async function storedValue(database: Asked, type: string, written: string | null): Promise<string> {
  if (written === null) return 'NULL'
  if (/current|now/i.test(written)) return written.replace(/[()\s]/g, '').toLowerCase()
  await database.all('SAVEPOINT probe')
  await database.all(`CREATE TEMP TABLE probe_default (x INT, c ${type} DEFAULT (${bareDefault(written)}))`)
  await database.all('INSERT INTO probe_default (x) VALUES (1)')
  const [row] = await database.all('SELECT typeof(c) AS type, quote(c) AS value FROM probe_default')
  await undo(database)
  return row?.type === 'null' ? 'NULL' : `${row?.type} ${row?.value}`
}

/** A name outside parentheses is a string there, inside it is an error. */
const bareDefault = (written: string): string =>
  /^"[^"]*"$/.test(written) ? `'${written.slice(1, -1).replaceAll("'", "''")}'` : written

async function collationOf(database: Asked, table: string, column: string): Promise<string> {
  await database.all('SAVEPOINT probe')
  await database.all(`CREATE INDEX probe_collation ON ${quote(table)} (${quote(column)})`)
  const [part] = await database.all('PRAGMA index_xinfo(probe_collation)')
  await undo(database)
  return String(part?.coll).toUpperCase()
}

async function countsUp(database: Asked, table: string): Promise<boolean> {
  const [sequence] = await database.all("SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_sequence'")
  if (sequence === undefined) return false
  const plan = await database.all(`EXPLAIN INSERT INTO ${quote(table)} DEFAULT VALUES`)
  return plan.some(({ opcode, p2 }) => /^Open/.test(String(opcode)) && p2 === sequence.rootpage)
}

async function askIndex(
  database: Asked,
  row: Rows[number],
  primaryKey: readonly string[],
  columns: readonly OracleColumn[],
): Promise<readonly string[]> {
  const parts = (await database.all(`PRAGMA index_xinfo(${quote(String(row.name))})`)).filter(({ key }) => key === 1)
  const isUnique = Number(row.unique) === 1
  const isWhole = Number(row.partial) === 0
  const names = parts.map(({ name }) => (name === null ? null : String(name)))
  const sameCollation = parts.every(
    ({ name, coll }) => columns.find((column) => column.name === name)?.collation === String(coll).toUpperCase(),
  )
  // Over the primary key it forbids nothing that the key does not.
  if (isUnique && isWhole && sameCollation && JSON.stringify(names) === JSON.stringify(primaryKey)) return []
  const shown = parts.map(
    ({ coll, desc }, index) => `${names[index] ?? '<>'} ${String(coll).toUpperCase()}${desc === 1 ? ' DESC' : ''}`,
  )
  const isPlain = isWhole && !names.includes(null)
  return [`${isUnique ? 'unique' : 'index'} ${shown.join(', ')}${isPlain ? '' : ` ${await tailOf(database, row)}`}`]
}

/** What stands in the statement after the table's name, without quotes, comments, spaces and case. */
async function tailOf(database: Asked, row: Rows[number]): Promise<string> {
  const [found] = await database.all(`SELECT sql FROM sqlite_master WHERE name = ${literal(String(row.name))}`)
  const plain = String(found?.sql)
    .replace(/\/\*.*?\*\/|--[^\n]*/gs, ' ')
    .replace(/["'`[\]]/g, '')
    .toLowerCase()
  return plain
    .slice(plain.indexOf('('))
    .replace(/\s+asc\b/g, '')
    .replace(/\s/g, '')
}

async function askForeignKeys(database: Asked, table: string): Promise<readonly string[]> {
  const keys = new Map<unknown, string[]>()
  for (const row of await database.all(`PRAGMA foreign_key_list(${quote(table)})`)) {
    const target = await database.all(`PRAGMA table_xinfo(${quote(String(row.table))})`)
    const to = row.to ?? target.find(({ pk }) => Number(pk) === Number(row.seq) + 1)?.name
    const text = [String(row.table).toLowerCase(), row.from, String(to).toLowerCase(), row.on_delete, row.on_update]
    keys.set(row.id, [...(keys.get(row.id) ?? []), text.join(' ')])
  }
  return [...new Set([...keys.values()].map((parts) => parts.join(' & ')))].sort()
}

async function undo(database: Asked): Promise<void> {
  await database.all('ROLLBACK TO probe')
  await database.all('RELEASE probe')
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
