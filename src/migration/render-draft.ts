/** The text of a drafted migration: one that a careful colleague could have written, and that runs without devdb. */
import type { Dialect } from '../dialect/dialect.ts'
import { needsEdit, openColumns, type PlanStep } from '../schema/plan.ts'
import type { DraftStyle } from './draft-style.ts'
import { comment, indent, text } from './javascript-text.ts'
import { isUnguarded, renderBody } from './render-body.ts'
import { note, renderSql } from './render-sql.ts'

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
  /** Columns that the down keeps on purpose, as `table.column`. */
  readonly keeps: readonly string[]
  readonly dialect: Pick<Dialect, 'modelType' | 'rebuildFunction' | 'absentFunction' | 'rebuildSql' | 'transactionSql'>
}

interface Bodies {
  readonly up: string
  readonly down: string
}

const width = 120

/** What is written: the migration, and its way back where that is a file of its own. */
export interface DraftText {
  readonly up: string
  readonly down: string | null
}

/**
 * Writes a migration.
 * @returns the text of its file, or of its two files
 */
export function renderDraft(draft: Draft): DraftText {
  return draft.style.extension.endsWith('.sql') ? renderScripts(draft) : { up: renderCode(draft), down: null }
}

function renderScripts(draft: Draft): DraftText {
  const head = headLines(draft).map(note)
  const script = (steps: readonly PlanStep[]): string =>
    `${[...head, steps.length === 0 ? note(restOf(draft).slice(3)) : renderSql(steps, draft.dialect)].join('\n')}\n`
  return { up: script(draft.up), down: script(draft.down) }
}

function renderCode(draft: Draft): string {
  const { style, up, down } = draft
  const bodies = { up: bodyOf(up, draft), down: bodyOf(down, draft) }
  const steps = [...up, ...down]
  const rebuilds = !draft.isSql && steps.some(isUnguarded)
  const absents = steps.some(({ kind }) => kind === 'where-absent')
  const parts = [
    ...(style.module === 'cjs' && !style.isTypeScript ? ["'use strict'"] : []),
    ...imports(style, bodies, [
      ...(rebuilds ? ['QueryTypes'] : []),
      ...(absents && style.isTypeScript ? ['type Transaction'] : []),
    ]),
    headLines(draft)
      .map((line) => comment(line, width))
      .join('\n'),
    exported(draft, bodies),
    ...(rebuilds ? [draft.dialect.rebuildFunction(style.isTypeScript)] : []),
    ...(absents ? [draft.dialect.absentFunction(style.isTypeScript)] : []),
    ...(steps.some(needsEdit) ? [fillInFunction(style.isTypeScript)] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

/** The mark of a draft that its developer must finish. */
export const needsEditMark = 'needs-edit'

function headLines({ up, down, from, to, remarks }: Draft): readonly string[] {
  const open = [...new Set([...up, ...down].flatMap(openColumns))]
  return [
    ...(open.length === 0 ? [] : [`${needsEditMark}: say what the present rows get for ${open.join(', ')}`]),
    from === to ? `Schema ${from}` : `Schema ${from} → ${to}`,
    ...remarks,
  ]
}

const isNamed = ({ module, isTypeScript }: DraftStyle): boolean => module === 'esm' || isTypeScript

/** What stands between the braces of `up` or `down`. */
function bodyOf(steps: readonly PlanStep[], draft: Draft): string {
  const { style, isSql } = draft
  const variables = fillIns(steps)
  const types = style.signature === 'cli' && !style.isTypeScript ? 'Sequelize' : 'DataTypes'
  const body = renderBody(steps, {
    isSql,
    room: width - (isNamed(style) ? 2 : 4),
    modelType: (column) => draft.dialect.modelType(column)?.replace('DataTypes', types) ?? null,
    filledIn: (table, column) => variables.get(`${table}.${column}`)!,
    dialect: draft.dialect,
    hasTransaction: false,
  })
  const todo = [...variables].map(([column, variable]) => `const ${variable} = fillIn(${text(column)})`)
  const hint = `// TODO: instead of fillIn(), write SQL for the rows that are there already, such as "''", '0' or 'created_at'.`
  return [...(todo.length === 0 ? [] : [hint, ...todo]), body === '' ? restOf(draft) : body].join('\n')
}

/** What is said where there is nothing to do. */
const restOf = ({ keeps, up, down }: Draft): string => {
  if (keeps.length > 0) return '// The columns stay, and what they hold.'
  return up.length + down.length === 0 ? '// TODO: write what it does.' : '// Nothing to do.'
}

/** A variable for each column that the developer must fill in, by `table.column`. */
function fillIns(steps: readonly PlanStep[]): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  for (const column of steps.flatMap(openColumns)) {
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
  more: readonly string[],
): readonly string[] {
  const usesTypes = /\bDataTypes\./.test(bodies.up + bodies.down)
  if (isTypeScript) {
    const names = [...(usesTypes ? ['DataTypes'] : []), ...more, 'type QueryInterface']
    const sorted = names.sort((a, b) => (bare(a) < bare(b) ? -1 : 1))
    const isTypes = sorted.every((name) => name.startsWith('type '))
    return [`import ${isTypes ? 'type ' : ''}{ ${(isTypes ? sorted.map(bare) : sorted).join(', ')} } from 'sequelize'`]
  }
  if (!usesTypes || signature === 'cli') return []
  return [module === 'esm' ? "import { DataTypes } from 'sequelize'" : "const { DataTypes } = require('sequelize')"]
}

const bare = (name: string): string => name.replace('type ', '')

function exported({ style, keeps }: Draft, bodies: Bodies): string {
  const [up, down] = (['up', 'down'] as const).map((name) => {
    const parameters = parametersOf(style, /\bSequelize\./.test(bodies[name]))
    const body =
      style.signature === 'umzug' && /sequelize/.test(style.context)
        ? `const queryInterface = sequelize.getQueryInterface()\n${bodies[name]}`
        : bodies[name]
    return isNamed(style)
      ? `export const ${name} = async (${parameters}) => {\n${indent(body)}\n}`
      : `  async ${name}(${parameters}) {\n${indent(indent(body))}\n  },`
  }) as [string, string]
  const list = `[${keeps.map(text).join(', ')}]`
  const kept = isNamed(style) ? `export const keeps = ${list}` : `  keeps: ${list},`
  const parts = [
    ...(keeps.length === 0
      ? []
      : [`${isNamed(style) ? '' : '  '}// What down leaves in place, so that no value is lost.\n${kept}`]),
    up,
    down,
  ]
  return isNamed(style) ? parts.join('\n\n') : `module.exports = {\n${parts.join('\n\n')}\n}`
}

function parametersOf({ signature, isTypeScript, context }: DraftStyle, usesSequelize: boolean): string {
  if (signature === 'cli') {
    if (isTypeScript) return 'queryInterface: QueryInterface'
    return usesSequelize ? 'queryInterface, Sequelize' : 'queryInterface'
  }
  const isHeld = context.startsWith('{')
  const type = /sequelize/.test(context)
    ? `${isHeld ? 'sequelize: ' : ''}QueryInterface['sequelize']`
    : `${isHeld ? 'queryInterface: ' : ''}QueryInterface`
  return `{ context: ${context} }${isTypeScript ? `: { context: ${isHeld ? `{ ${type} }` : type} }` : ''}`
}

const fillInFunction = (
  isTypeScript: boolean,
): string => `function fillIn(column${isTypeScript ? ': string): string' : ')'} {
  throw new Error(\`\${column} is NOT NULL and has no default: write in this migration what the present rows get\`)
}`
