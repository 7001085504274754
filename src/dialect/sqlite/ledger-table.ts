/** The ledger: a table in the dev database itself, so that it goes with it wherever that is copied or restored. */
import type { Connection } from '../../database/connection.ts'
import { DevdbError } from '../../error.ts'
import type { LedgerChange, LedgerEntry, StoredCode } from '../ledger.ts'

/** Its name, which is none of the user's tables. */
export const ledgerTable = 'devdb_ledger'

const columns = `position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, applied_at INTEGER NOT NULL, hash TEXT NOT NULL, source TEXT NOT NULL, down TEXT, branch TEXT`

/** Those of every version. */
const needed = ['position', 'name', 'applied_at', 'hash', 'source', 'down'] as const

/** @throws DevdbError `ledger-foreign` where somebody else has a table or a view of that name */
async function exists(connection: Connection): Promise<boolean> {
  const rows = await connection.all(
    `SELECT m.type AS type, p.name AS name FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) p WHERE m.name = '${ledgerTable}'`,
  )
  if (rows.length === 0) return false
  const names = new Set(rows.map(({ name }) => name))
  if (rows[0]!.type === 'table' && needed.every((name) => names.has(name))) return true
  throw new DevdbError(
    'ledger-foreign',
    `${ledgerTable} in dev is ${rows[0]!.type === 'table' ? 'a table with other columns' : `a ${rows[0]!.type}`}, and not what devdb made`,
    {
      hint: `give it another name, then repeat: devdb keeps in ${ledgerTable} what it has applied`,
    },
  )
}

/** Ledgers of earlier versions know nothing of branches. https://www.sqlite.org/pragma.html#pragfunc */
const knowsBranches = async (connection: Connection): Promise<boolean> =>
  (await connection.all(`SELECT 1 FROM pragma_table_info('${ledgerTable}') WHERE name = 'branch'`)).length > 0

/** Reads at one moment: whoever reverts the last migration removes the table. https://www.sqlite.org/isolation.html */
async function atOnce<Value>(connection: Connection, read: () => Promise<Value>): Promise<Value> {
  await connection.run('BEGIN')
  try {
    return await read()
  } finally {
    await connection.run('COMMIT').catch(() => undefined)
  }
}

/** What is known of applied migrations, in order of application; nothing where there is no ledger. */
export const readLedger = (connection: Connection): Promise<readonly LedgerEntry[]> =>
  atOnce(connection, () => readEntries(connection))

async function readEntries(connection: Connection): Promise<readonly LedgerEntry[]> {
  if (!(await exists(connection))) return []
  const branch = (await knowsBranches(connection)) ? 'branch' : 'NULL'
  const rows = await connection.all(
    `SELECT name, applied_at, hash, ${branch} AS branch FROM ${ledgerTable} ORDER BY position`,
  )
  return rows.map((row) => ({
    name: String(row.name),
    at: Number(row.applied_at),
    hash: String(row.hash),
    branch: row.branch === null ? null : String(row.branch),
  }))
}

/** The code of a migration as it was when it was applied; null where it is not stored. */
export const readStoredCode = (connection: Connection, name: string): Promise<StoredCode | null> =>
  atOnce(connection, () => readCode(connection, name))

async function readCode(connection: Connection, name: string): Promise<StoredCode | null> {
  if (!(await exists(connection))) return null
  const [row] = await connection.all(`SELECT source, down FROM ${ledgerTable} WHERE name = ?`, [name])
  return row === undefined ? null : { source: String(row.source), down: row.down === null ? null : String(row.down) }
}

/** Notes what was applied and what was reverted, in one transaction. */
export async function writeLedger(connection: Connection, { applied, reverted }: LedgerChange): Promise<void> {
  if (applied.length + reverted.length === 0) return
  await connection.run('BEGIN IMMEDIATE')
  try {
    if (!(await exists(connection))) await connection.run(`CREATE TABLE ${ledgerTable} (${columns})`)
    if (!(await knowsBranches(connection))) await connection.run(`ALTER TABLE ${ledgerTable} ADD COLUMN branch TEXT`)
    for (const name of [...reverted, ...applied.map((entry) => entry.name)])
      await connection.all(`DELETE FROM ${ledgerTable} WHERE name = ?`, [name])
    for (const { name, at, hash, source, down, branch } of applied)
      await connection.all(
        `INSERT INTO ${ledgerTable} (name, applied_at, hash, source, down, branch) VALUES (?, ?, ?, ?, ?, ?)`,
        [name, at, hash, source, down, branch],
      )
    // Nothing of devdb's own stays where nothing is to be remembered.
    if ((await connection.all(`SELECT 1 FROM ${ledgerTable} LIMIT 1`)).length === 0)
      await connection.run(`DROP TABLE ${ledgerTable}`)
    await connection.run('COMMIT')
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}
