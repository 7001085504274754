/** The ledger is read at one moment, whoever empties it meanwhile. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Connection } from '../../../src/database/connection.ts'
import { readLedger, readStoredCode, writeLedger } from '../../../src/dialect/sqlite/ledger-table.ts'
import { openSqlite } from '../../../src/dialect/sqlite/sqlite-connection.ts'
import { execute } from '../../end-to-end/database.ts'
import { tempFolder } from '../../temp-folder.ts'
import { driver } from './memory.ts'

test('the last entry goes, and the table with it, while somebody reads', async () => {
  const file = join(tempFolder(), 'dev.db')
  await execute(file, 'PRAGMA journal_mode = WAL; CREATE TABLE t (x)')
  const [reader, writer] = [await openSqlite(driver, file, 'read'), await openSqlite(driver, file, 'write')]
  const entry = { name: '1-one.js', at: 1, hash: 'h', branch: 'main' }
  const fill = () => writeLedger(writer, { applied: [{ ...entry, source: 'code', down: null }], reverted: [] })
  const empty = () => writeLedger(writer, { applied: [], reverted: ['1-one.js'] })
  /** The reader, with somebody who empties the ledger right after its first question. */
  const interrupted = (): Connection => {
    let asked = 0
    return {
      ...reader,
      async all(sql, values) {
        const rows = await reader.all(sql, values)
        asked += 1
        if (asked === 1) await empty()
        return rows
      },
    }
  }
  await fill()
  expect(await readLedger(interrupted())).toEqual([entry])
  expect(await readLedger(reader)).toEqual([])
  await fill()
  expect(await readStoredCode(interrupted(), '1-one.js')).toEqual({ source: 'code', down: null })
  expect(await readStoredCode(reader, '1-one.js')).toBeNull()
  await Promise.all([reader.close(), writer.close()])
})
