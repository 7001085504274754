/** The steps that make and drop an index. https://www.sqlite.org/lang_createindex.html */
import type { PlanStep } from '../../schema/plan.ts'
import type { Index } from '../../schema/schema.ts'
import { createIndexSql, quote } from './create-table-sql.ts'
import { isPlainName } from './model-type.ts'

/** CREATE INDEX under its name, or another. */
export function planIndex(table: string, index: Index, name = index.name): PlanStep {
  const isPlain =
    index.where === null &&
    [table, name].every(isPlainName) &&
    index.parts.every(({ column, collation }) => column !== null && isPlainName(column) && collation === null)
  const reason = isPlain ? null : 'queryInterface.addIndex cannot say all of this'
  return { kind: 'add-index', table, index, name, sql: createIndexSql(table, index, name), reason }
}

/** DROP INDEX. */
export const planDropIndex = (table: string, name: string): PlanStep => ({
  kind: 'drop-index',
  table,
  name,
  sql: `DROP INDEX ${quote(name)}`,
  reason: isPlainName(name) ? null : 'Sequelize cannot quote this name',
})
