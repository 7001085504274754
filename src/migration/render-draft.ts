/** The text of a drafted migration: one that a careful colleague could have written, and that runs without devdb. */
import type { Dialect } from '../dialect/dialect.ts'
import { needsEdit, openColumns, type PlanStep } from '../schema/plan.ts'
import { needsEditMark } from './draft-mark.ts'
import type { DraftStyle } from './draft-style.ts'
import { comment, indent, text } from './javascript-text.ts'
import type { ToolPlace } from './read-signature.ts'
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
  const { up, down } = draft.style.extension.endsWith('.sql')
    ? renderScripts(draft)
    : { up: renderCode(draft), down: null }
  return { up: asWritten(up, draft.style), down: down === null ? null : asWritten(down, draft.style) }
}

/** With the line ends and the first bytes of its neighbours. */
const asWritten = (text: string, { lineEnd, hasMark = false }: DraftStyle): string =>
  `${hasMark ? '\uFEFF' : ''}${lineEnd === undefined ? text : text.replaceAll('\n', lineEnd)}`

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
  const types = takesTypes(style) ? 'Sequelize' : 'DataTypes'
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

/** Whether the types of columns come with the second parameter. */
const takesTypes = (style: DraftStyle): boolean =>
  placeOf(style).keys.length === 0 && !style.isTypeScript && style.types !== 'import'

/** Where the query interface is, seen from the first parameter. */
function placeOf({ place, signature, context }: DraftStyle): ToolPlace {
  if (place !== undefined) return place
  const tool = /sequelize/.test(context) ? 'sequelize' : 'queryInterface'
  if (signature === 'cli') return { keys: [], tool: 'queryInterface' }
  return { keys: context.startsWith('{') ? ['context', tool] : ['context'], tool }
}

function imports(style: DraftStyle, bodies: Bodies, more: readonly string[]): readonly string[] {
  const usesTypes = /\bDataTypes\./.test(bodies.up + bodies.down)
  const { module, isTypeScript, importing = 'named' } = style
  if (isTypeScript) return typedImports([...(usesTypes ? ['DataTypes'] : []), ...more, 'type QueryInterface'], style)
  if (!usesTypes || takesTypes(style)) return []
  if (module === 'cjs') return ["const { DataTypes } = require('sequelize')"]
  return importing === 'named'
    ? ["import { DataTypes } from 'sequelize'"]
    : ["import Sequelize from 'sequelize'\n\nconst { DataTypes } = Sequelize"]
}

/** Imports of values and types, in one statement or two. */
function typedImports(names: readonly string[], { typeImport = 'inside' }: DraftStyle): readonly string[] {
  const line = (listed: readonly string[], word = ''): string =>
    `import ${word}{ ${[...listed].sort((a, b) => (bare(a) < bare(b) ? -1 : 1)).join(', ')} } from 'sequelize'`
  const types = names.filter((name) => name.startsWith('type '))
  const values = names.filter((name) => !name.startsWith('type '))
  if (typeImport === 'plain') return [line(names.map(bare))]
  if (values.length === 0) return [line(types.map(bare), 'type ')]
  return typeImport === 'inside' ? [line(names)] : [[line(values), line(types.map(bare), 'type ')].join('\n')]
}

const bare = (name: string): string => name.replace('type ', '')

function exported({ style, keeps }: Draft, bodies: Bodies): string {
  const [up, down] = (['up', 'down'] as const).map((name) => {
    const parameters = parametersOf(style, /\bSequelize\./.test(bodies[name]))
    const body =
      placeOf(style).tool === 'sequelize'
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

function parametersOf(style: DraftStyle, usesSequelize: boolean): string {
  const { keys, tool } = placeOf(style)
  const type = tool === 'sequelize' ? "QueryInterface['sequelize']" : 'QueryInterface'
  const typed = (name: string, inner: string): string => (style.isTypeScript ? `${name}: ${inner}` : name)
  if (keys.length === 0) return `${typed(tool, type)}${usesSequelize ? ', Sequelize' : ''}`
  const inside = [...keys].reverse()
  const pattern = inside.reduce((inner, key) => `{ ${key === inner ? key : `${key}: ${inner}`} }`, tool as string)
  return typed(
    pattern,
    inside.reduce((inner, key) => `{ ${key}: ${inner} }`, type),
  )
}

const fillInFunction = (
  isTypeScript: boolean,
): string => `function fillIn(column${isTypeScript ? ': string): string' : ')'} {
  throw new Error(\`\${column} is NOT NULL and has no default: write in this migration what the present rows get\`)
}`
