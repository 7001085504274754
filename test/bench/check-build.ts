/** Whether a database is what it should be, before the time it took counts. Through the driver itself, never through devdb. */
import assert from 'node:assert/strict'
import { query } from '../end-to-end/database.ts'
import type { BenchProject } from './bench-project.ts'

/**
 * Looks at tables, indexes, the columns of the saved model, and at the number of rows.
 * @param column the one that the save added; null: none may be there
 * @throws AssertionError
 */
export async function checkBuild(project: BenchProject, database: string, column: string | null): Promise<void> {
  const { models, rows, saved } = project
  const objects = await query(
    database,
    `SELECT type, count(*) AS count FROM sqlite_master WHERE tbl_name LIKE 'model\\_%' ESCAPE '\\' AND sql IS NOT NULL GROUP BY type`,
  )
  const counts = Object.fromEntries(objects.map(({ type, count }) => [String(type), count]))
  assert.deepEqual(counts, { index: 2 * models, table: models })
  const columns = await query(database, `SELECT name FROM pragma_table_info('${saved}')`)
  const more = columns.map(({ name }) => String(name)).filter((name) => name.startsWith('note'))
  assert.deepEqual([columns.length - more.length, more], [10, column === null ? [] : [column]])
  const foreignKeys = await query(database, `SELECT count(*) AS count FROM pragma_foreign_key_list('${saved}')`)
  assert.equal(foreignKeys[0]?.count, 1)
  for (let first = 0; first < models; first += 100) {
    const last = Math.min(models, first + 100)
    const tables = Array.from(
      { length: last - first },
      (_, index) => `SELECT count(*) AS count FROM model_${first + index}`,
    )
    for (const { count } of await query(database, tables.join(' UNION ALL '))) assert.equal(count, rows / models)
  }
}
