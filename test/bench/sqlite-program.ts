/**
 * The yardstick of the work itself: the `sqlite3` program runs the same statements and rows in one transaction, and a warm Node loads and
 * defines the models (see `warm-node.cjs`). One after the other, for nobody knows the statements before the models are defined.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BenchProject } from './bench-project.ts'
import { cleanEnvironment, runProgram } from './run-program.ts'

/** The yardstick, with its warm Node. */
export interface SqliteProgram {
  /** Runs it once. @returns how long the two took, in milliseconds, and the database */
  run(): Promise<{ readonly ms: number; readonly database: string }>
  close(): Promise<void>
}

/** Starts the warm Node of a project. */
export async function openSqliteProgram(project: BenchProject): Promise<SqliteProgram> {
  const node = fork(fileURLToPath(new URL('warm-node.cjs', import.meta.url)), [project.root], {
    execArgv: [],
    env: cleanEnvironment(),
  })
  const ask = async (wish: 'define' | 'statements'): Promise<{ models?: number; statements?: readonly string[] }> => {
    const answer = once(node, 'message')
    node.send(wish)
    return (await answer)[0]
  }
  const database = project.file('sqlite.db')
  const script = project.file('by-hand/all.sql')
  const rows = readFileSync(project.file('seed/rows.sql'), 'utf8')

  const run = async () => {
    // What it sends is the same as long as nothing is saved in between.
    await ask('define')
    const { statements = [] } = await ask('statements')
    const tables = statements.map((sql) => `${sql.replace(/;\s*$/, '')};\n`).join('')
    // A transaction that waits for the disk would be an easier yardstick.
    writeFileSync(script, `PRAGMA synchronous = OFF;\nBEGIN;\n${tables}${rows}COMMIT;\n`)
    rmSync(database, { force: true })
    const startedAt = performance.now()
    const { models } = await ask('define')
    await runProgram(['sqlite3', '-bail', database], { cwd: project.root, input: script })
    const ms = performance.now() - startedAt
    if (models !== project.models) throw new Error(`the warm Node defined ${models} models`)
    await ask('statements')
    return { ms, database }
  }
  // What compiles only when it ran often enough is compiled.
  for (let round = 0; round < 5; round++) await run()
  return {
    run,
    async close() {
      const ended = once(node, 'exit')
      node.kill()
      await ended
    },
  }
}
