/** Runs a script as devdb runs `.sql` migrations: on a connection of its own, which is closed however it ends. */
import type { Sequelize } from 'sequelize'
import { splitStatements } from '../../src/dialect/sqlite/split-statements.ts'
import { openSqlite } from '../../src/dialect/sqlite/sqlite-connection.ts'
import { driver } from '../dialect/sqlite/memory.ts'

export async function runScript(db: Sequelize, script: string): Promise<void> {
  const { storage: file } = (db as unknown as { options: { storage: string } }).options
  const connection = await openSqlite(driver, file, 'write')
  try {
    for (const { sql } of splitStatements(script)) await connection.run(sql)
  } finally {
    await connection.close()
  }
}
