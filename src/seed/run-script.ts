/** How a step's SQL file runs: all of it, or nothing. Called in a child process only, so that an endless query can be ended. */
import { readFile } from 'node:fs/promises'
import type { Connection } from '../database/connection.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { DevdbError } from '../error.ts'

/**
 * Runs the statements of a file in one transaction.
 * @param dialect splits the script
 * @param connection the database to fill
 * @param file absolute path
 * @throws DevdbError `step-failed` with the line and the statement
 */
export async function runScript(dialect: Dialect, connection: Connection, file: string): Promise<void> {
  const statements = dialect.splitStatements(await readFile(file, 'utf8'))
  await connection.run('BEGIN')
  for (const { sql, line } of statements) {
    await connection.run(sql).catch((error: Error) => {
      throw new DevdbError('step-failed', error.message, {
        file,
        line,
        statement: sql,
        cause: error,
        hint: 'mend the statement, and save',
      })
    })
  }
  await connection.run('COMMIT')
}
