/** How a step's SQL file runs: all of it, or nothing. Called in a child process only, so that an endless query can be ended. */
import type { Connection } from '../database/connection.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { refusalHint, refusalIn } from '../door/refusal.ts'
import { DevdbError } from '../error.ts'
import type { SeedScript } from './read-script.ts'

/**
 * Runs the statements of a file: in one transaction, or as they are written where the file says itself when one begins and ends.
 * @param dialect splits the script
 * @param connection the database to fill
 * @param script what is in the file
 * @throws DevdbError `step-failed` with the line and the statement
 */
export async function runScript(dialect: Dialect, connection: Connection, script: SeedScript): Promise<void> {
  const { controlsTransactions, parts } = script
  if (controlsTransactions) return runEach(dialect, connection, script)
  if (parts !== null && (await runAtOnce(connection, await dialect.quicken(connection, parts)))) return
  await connection.run('BEGIN')
  await runEach(dialect, connection, script)
  await connection.run('COMMIT')
}

/**
 * In one call: what goes back and forth for each statement takes longer than the statement.
 * @returns false where a statement was refused, by which nothing was changed
 */
async function runAtOnce(connection: Connection, script: string): Promise<boolean> {
  await connection.run('BEGIN')
  try {
    await connection.run(script)
    // By itself: a comment that is not closed would swallow it.
    await connection.run('COMMIT')
    return true
  } catch {
    // Some errors have rolled it back already.
    await connection.run('ROLLBACK').catch(() => undefined)
    return false
  }
}

async function runEach(dialect: Dialect, connection: Connection, { file, text }: SeedScript): Promise<void> {
  for (const { sql, line } of dialect.splitStatements(text)) {
    await connection.run(sql).catch((error: Error) => {
      const refusal = refusalIn(error.message)
      throw new DevdbError('step-failed', refusal ?? error.message, {
        file,
        line,
        statement: sql,
        cause: error,
        hint: refusal === null ? 'fix the statement and save' : refusalHint,
      })
    })
  }
}
