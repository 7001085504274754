/** Steps as plain SQL: for `.sql` migrations, and for people who want to read it. */
import type { Dialect } from '../dialect/dialect.ts'
import type { PlanStep } from '../schema/plan.ts'

/** What is said of a rebuild that is no code. */
export const knownObjects = 'Its indexes and triggers are those that were known when this was drafted'

/**
 * Writes steps.
 * @param dialect how a rebuild is written out
 * @returns the script, each statement ended, with a comment where there is something to say
 */
export function renderSql(steps: readonly PlanStep[], dialect: Pick<Dialect, 'rebuildSql'>): string {
  return steps.map((step) => renderStep(step, dialect)).join('\n')
}

function renderStep(step: PlanStep, dialect: Pick<Dialect, 'rebuildSql'>): string {
  if (step.kind === 'where-absent') return renderStep(step.step, dialect)
  if (step.kind === 'without-foreign-keys')
    return [note(`${step.reason}.`), `${step.off};`, renderSql(step.steps, dialect), `${step.on};`].join('\n')
  if (step.kind !== 'rebuild-table') return `${step.sql};`
  const { off, inner, on } = dialect.rebuildSql(step, (column) => `fill_in_${column.replace(/[^\p{L}\p{N}_]/gu, '_')}`)
  const todo = step.copy.flatMap(({ column, expression }) =>
    expression === null
      ? [note(`TODO: what the present rows get for ${step.table}.${column}, instead of fill_in_…, such as '' or 0`)]
      : [],
  )
  return [
    note(`${step.reason}, so the table is rebuilt. ${knownObjects}.`),
    ...todo,
    ...[...off, ...inner, ...on].map((sql) => `${sql};`),
  ].join('\n')
}

/**
 * A comment that does not go to the end of the line: the driver query of Sequelize 6 sends nothing at all of a text that begins with two
 * dashes.
 */
export const note = (words: string): string => `/* ${words.replaceAll('*/', '* /').replace(/\s+/g, ' ')} */`
