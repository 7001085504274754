/** Steps as plain SQL: for `.sql` migrations, and for people who want to read it. */
import type { Dialect } from '../dialect/dialect.ts'
import type { PlanStep } from '../schema/plan.ts'

/** What of a dialect writes SQL out. */
export type SqlDialect = Pick<Dialect, 'rebuildSql' | 'transactionSql'>

/** What is said of a rebuild that is no code. */
export const knownObjects = 'Its indexes and triggers are those that were known when this was drafted'

/**
 * The statements of a step.
 * @param step the step
 * @param dialect how a rebuild is written out
 * @param filledIn what stands for the value of a column that the developer must fill in
 */
export function statementsOf(
  step: PlanStep,
  dialect: SqlDialect,
  filledIn: (column: string) => string,
): readonly string[] {
  switch (step.kind) {
    case 'where-absent':
      return statementsOf(step.step, dialect, filledIn)
    case 'without-foreign-keys':
      return step.steps.flatMap((each) => statementsOf(each, dialect, filledIn))
    case 'rebuild-table':
      return dialect.rebuildSql(step, filledIn)
    default:
      return [step.sql]
  }
}

/**
 * Writes steps, in one transaction where there are several statements.
 * @param dialect how a rebuild is written out
 * @returns the script, each statement ended, with a comment where there is something to say
 */
export function renderSql(steps: readonly PlanStep[], dialect: SqlDialect): string {
  const parts = steps.flatMap((step) => [
    ...notesOf(step),
    ...statementsOf(step, dialect, placeholder).map((sql) => `${sql};`),
  ])
  const isUnguarded = steps.some(({ kind }) => kind === 'rebuild-table' || kind === 'without-foreign-keys')
  if (steps.length <= 1 && !isUnguarded) return parts.join('\n')
  const { off, begin, end, on } = dialect.transactionSql(isUnguarded)
  const ended = (statements: readonly string[]): readonly string[] => statements.map((sql) => `${sql};`)
  return [...ended(off), ...ended(begin), ...parts, ...ended(end), ...ended(on)].join('\n')
}

const placeholder = (column: string): string => `fill_in_${column.replace(/[^\p{L}\p{N}_]/gu, '_')}`

function notesOf(step: PlanStep): readonly string[] {
  if (step.kind === 'without-foreign-keys') return [note(`${step.reason}.`)]
  if (step.kind !== 'rebuild-table') return []
  const open = step.copy.filter(({ expression }) => expression === null)
  return [
    note(`${step.reason}, so the table is rebuilt. ${knownObjects}.`),
    ...open.map(({ column }) =>
      note(`TODO: what the present rows get for ${step.table}.${column}, instead of ${placeholder(column)}: '' or 0`),
    ),
  ]
}

/**
 * A comment that does not go to the end of the line: the driver query of Sequelize 6 sends nothing at all of a text that begins with two
 * dashes.
 */
export const note = (words: string): string => `/* ${words.replaceAll('*/', '* /').replace(/\s+/g, ' ')} */`
