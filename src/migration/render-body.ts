/** What a draft's up or down does, in one transaction: a draft that fails in the middle leaves nothing behind. */
import type { PlanStep } from '../schema/plan.ts'
import { comment, indent, sqlText } from './javascript-text.ts'
import { knownObjects, statementsOf } from './render-sql.ts'
import { renderSteps, type StepStyle } from './render-step.ts'

/** Whether foreign keys must not be enforced while a step runs. */
export const isUnguarded = ({ kind }: PlanStep): boolean => kind === 'rebuild-table' || kind === 'without-foreign-keys'

/**
 * Writes the steps of one direction.
 * @returns statements, not indented; empty where there are no steps
 */
export function renderBody(steps: readonly PlanStep[], style: StepStyle): string {
  if (steps.some(isUnguarded)) return style.isSql ? statementList(steps, style) : unguarded(steps, style)
  return steps.length > 1 ? inTransaction(steps, style) : renderSteps(steps, style)
}

/** Through the local function, which checks the foreign keys before it commits. */
function unguarded(steps: readonly PlanStep[], style: StepStyle): string {
  const parameter = steps.some(({ kind }) => kind === 'rebuild-table') ? 'rebuildTable' : ''
  const inner = renderSteps(steps, { ...style, room: style.room - 2 })
  return `await withoutForeignKeys(queryInterface, async (${parameter}) => {\n${indent(inner)}\n})`
}

/** Through Sequelize's own: https://sequelize.org/docs/v6/other-topics/transactions/#managed-transactions */
function inTransaction(steps: readonly PlanStep[], style: StepStyle): string {
  const inner = renderSteps(steps, { ...style, room: style.room - 2, hasTransaction: true })
  return `await queryInterface.sequelize.transaction(async (transaction) => {\n${indent(inner)}\n})`
}

/** The statements one by one; a template's `%%{name}` is a variable of the migration. */
function statementList(steps: readonly PlanStep[], style: StepStyle): string {
  const { dialect, room } = style
  const { off, begin, end, on } = dialect.transactionSql(true)
  // What it did not begin it must not roll back.
  const [start = '', ...first] = begin
  const lines = steps.flatMap((step) => [
    ...(isUnguarded(step) ? [comment(`${reasonOf(step)}.`, room - 6)] : []),
    ...statementsOf(step, dialect, (column) =>
      step.kind === 'rebuild-table' ? `%%{${style.filledIn(step.table, column)}}` : '',
    ).map(literal),
  ])
  const run = (sql: string): string => `await queryInterface.sequelize.query(${sql})`
  return [
    ...off.map((sql) => run(sqlText(sql))),
    'try {',
    `  ${run(sqlText(start))}`,
    '  try {',
    '    for (const statement of [',
    ...[...first.map(literal), ...lines, ...end.map(literal)].map((line) => indent(indent(indent(line)))),
    '    ]) {',
    `      ${run('statement')}`,
    '    }',
    '  } catch (error) {',
    `    ${run("'ROLLBACK'")}.catch(() => undefined)`,
    '    throw error',
    '  }',
    '} finally {',
    ...on.map((sql) => `  ${run(sqlText(sql))}`),
    '}',
  ].join('\n')
}

const literal = (sql: string): string => `${sqlText(sql).replaceAll('%%{', '${')},`

const reasonOf = (step: PlanStep): string =>
  step.kind === 'rebuild-table'
    ? `${step.reason}, so the table is rebuilt. ${knownObjects}`
    : step.kind === 'without-foreign-keys'
      ? step.reason
      : ''
