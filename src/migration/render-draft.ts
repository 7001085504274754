/** The text of a drafted migration: one that a careful colleague could have written, and that runs without devdb. */
import { needsEdit, type PlanStep } from '../schema/plan.ts'
import type { Column } from '../schema/schema.ts'
import type { DraftStyle } from './draft-style.ts'
import { comment, indent, text } from './javascript-text.ts'
import { renderSteps } from './render-step.ts'

/** What to write. */
export interface Draft {
  readonly up: readonly PlanStep[]
  readonly down: readonly PlanStep[]
  readonly style: DraftStyle
  /** Fingerprints of the schema before and after. */
  readonly from: string
  readonly to: string
  /** Lines that say what may be lost, or may fail. */
  readonly remarks: readonly string[]
  /** SQL throughout, instead of calls. */
  readonly isSql: boolean
  /** How a column's type is written with Sequelize's types; null where it cannot be. */
  modelType(column: Column): string | null
  /** The local function that steps of the kind `rebuild-table` call. */
  rebuildFunction(isTypeScript: boolean): string
}

interface Bodies {
  readonly up: string
  readonly down: string
}

const width = 120

/**
 * Writes a migration.
 * @returns the file's text
 */
export function renderDraft(draft: Draft): string {
  const { style, up, down } = draft
  const bodies = { up: renderBody(up, draft), down: renderBody(down, draft) }
  const rebuilds = [...up, ...down].some(({ kind }) => kind === 'rebuild-table')
  const head = [`Schema ${draft.from} → ${draft.to}`, ...draft.remarks].map((line) => comment(line, width))
  const parts = [
    ...(style.module === 'cjs' && !style.isTypeScript ? ["'use strict'"] : []),
    ...imports(style, bodies, rebuilds),
    head.join('\n'),
    exported(style, bodies),
    ...(rebuilds ? [draft.rebuildFunction(style.isTypeScript)] : []),
    ...([...up, ...down].some(needsEdit) ? [fillInFunction(style.isTypeScript)] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

const isNamed = ({ module, isTypeScript }: DraftStyle): boolean => module === 'esm' || isTypeScript

/** What stands between the braces of `up` or `down`. */
function renderBody(steps: readonly PlanStep[], draft: Draft): string {
  const { style, isSql } = draft
  const variables = fillIns(steps)
  const types = style.signature === 'cli' && !style.isTypeScript ? 'Sequelize' : 'DataTypes'
  const body = renderSteps(steps, {
    isSql,
    room: width - (isNamed(style) ? 2 : 4),
    modelType: (column) => draft.modelType(column)?.replace('DataTypes', types) ?? null,
    filledIn: (table, column) => variables.get(`${table}.${column}`)!,
  })
  const todo = [...variables].map(([column, variable]) => `const ${variable} = fillIn(${text(column)})`)
  const hint = `// TODO: instead of fillIn(), write SQL for the rows that are there already, such as "''", '0' or 'created_at'.`
  return [...(todo.length === 0 ? [] : [hint, ...todo]), body === '' ? '// Nothing to do.' : body].join('\n')
}

/** A variable for each column that the developer must fill in, by `table.column`. */
function fillIns(steps: readonly PlanStep[]): ReadonlyMap<string, string> {
  const columns = steps.flatMap((step) =>
    step.kind === 'rebuild-table'
      ? step.copy.flatMap(({ column, expression }) => (expression === null ? [`${step.table}.${column}`] : []))
      : [],
  )
  const variables = new Map<string, string>()
  for (const column of columns) {
    const camel = column.replace(/[^\p{L}\p{N}]+(.)?/gu, (_, letter: string | undefined) =>
      (letter ?? '').toUpperCase(),
    )
    const base = /^\p{ID_Start}/u.test(camel) ? camel : `column${camel}`
    let variable = base
    for (let number = 2; [...variables.values()].includes(variable); number++) variable = `${base}${number}`
    variables.set(column, variable)
  }
  return variables
}

function imports(
  { module, isTypeScript, signature }: DraftStyle,
  bodies: Bodies,
  rebuilds: boolean,
): readonly string[] {
  const usesTypes = /\bDataTypes\./.test(bodies.up + bodies.down)
  if (isTypeScript) {
    const values = [usesTypes ? 'DataTypes' : '', rebuilds ? 'QueryTypes' : ''].filter((name) => name !== '')
    if (values.length === 0) return ["import type { QueryInterface } from 'sequelize'"]
    const [first, ...rest] = [...values, 'type QueryInterface'].sort((a, b) => (bare(a) < bare(b) ? -1 : 1))
    return [`import { ${[first, ...rest].join(', ')} } from 'sequelize'`]
  }
  if (!usesTypes || signature === 'cli') return []
  return [module === 'esm' ? "import { DataTypes } from 'sequelize'" : "const { DataTypes } = require('sequelize')"]
}

const bare = (name: string): string => name.replace('type ', '')

function exported(style: DraftStyle, bodies: Bodies): string {
  const [up, down] = (['up', 'down'] as const).map((name) => {
    const parameters = parametersOf(style, /\bSequelize\./.test(bodies[name]))
    const body =
      style.context === 'sequelize'
        ? `const queryInterface = sequelize.getQueryInterface()\n${bodies[name]}`
        : bodies[name]
    return isNamed(style)
      ? `export const ${name} = async (${parameters}) => {\n${indent(body)}\n}`
      : `  async ${name}(${parameters}) {\n${indent(indent(body))}\n  },`
  }) as [string, string]
  return isNamed(style) ? `${up}\n\n${down}` : `module.exports = {\n${up}\n\n${down}\n}`
}

function parametersOf({ signature, isTypeScript, context }: DraftStyle, usesSequelize: boolean): string {
  if (signature === 'cli') {
    if (isTypeScript) return 'queryInterface: QueryInterface'
    return usesSequelize ? 'queryInterface, Sequelize' : 'queryInterface'
  }
  if (context === 'sequelize')
    return `{ context: sequelize }${isTypeScript ? ": { context: QueryInterface['sequelize'] }" : ''}`
  return `{ context: queryInterface }${isTypeScript ? ': { context: QueryInterface }' : ''}`
}

const fillInFunction = (
  isTypeScript: boolean,
): string => `function fillIn(column${isTypeScript ? ': string): string' : ')'} {
  throw new Error(\`\${column} is NOT NULL and has no default: write in this migration what the present rows get\`)
}`
