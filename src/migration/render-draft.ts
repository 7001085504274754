/** The text of a drafted migration: one that a careful colleague could have written, and that runs without devdb. */
import type { ColumnCopy, PlanStep } from '../schema/plan.ts'
import type { Column, ForeignKey, Table } from '../schema/schema.ts'
import type { DraftStyle } from './draft-style.ts'
import { rebuildFunction } from './rebuild-function.ts'

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
  /** How a declared type is written with Sequelize's types; null where it cannot be. */
  modelType(type: string): string | null
}

/**
 * Writes a migration.
 * @returns the file's text
 */
export function renderDraft(draft: Draft): string {
  const { style, up, down } = draft
  const steps = [...up, ...down]
  const needs = { rebuild: steps.some(({ kind }) => kind === 'rebuild-table'), fillIn: steps.some(hasPlaceholder) }
  const bodies = { up: renderSteps(up, draft), down: renderSteps(down, draft) }
  const usesTypes = /\bDataTypes\./.test(bodies.up + bodies.down)
  const head = [`// Schema ${draft.from} → ${draft.to}`, ...draft.remarks.map((remark) => `// ${remark}`)]
  const functions = [
    ...(needs.rebuild ? [rebuildFunction(style.isTypeScript)] : []),
    ...(needs.fillIn ? [fillInFunction(style.isTypeScript)] : []),
  ]
  return `${[...imports(style, usesTypes), head.join('\n'), exported(style, bodies, usesTypes), ...functions].filter((part) => part !== '').join('\n\n')}\n`
}

function imports({ module, isTypeScript, signature }: DraftStyle, usesTypes: boolean): readonly string[] {
  const names = [
    usesTypes && signature === 'umzug' ? 'DataTypes' : '',
    isTypeScript ? 'type QueryInterface' : '',
    isTypeScript && signature === 'cli' ? 'type Sequelize' : '',
  ]
  const wanted = names.filter((name) => name !== '')
  if (module === 'esm' || isTypeScript)
    return wanted.length === 0 ? [] : [`import { ${wanted.join(', ')} } from 'sequelize'`]
  return ["'use strict'", ...(usesTypes && signature === 'umzug' ? ["const { DataTypes } = require('sequelize')"] : [])]
}

function exported(
  { module, isTypeScript, signature }: DraftStyle,
  bodies: { up: string; down: string },
  usesTypes: boolean,
): string {
  const isNamed = module === 'esm' || isTypeScript
  const render = (name: 'up' | 'down'): string => {
    const body = bodies[name] === '' ? '  // Nothing to do.' : bodies[name]
    const types = usesTypes && signature === 'cli' && /\bDataTypes\./.test(body)
    const parameters =
      signature === 'umzug'
        ? `{ context: queryInterface }${isTypeScript ? ': { context: QueryInterface }' : ''}`
        : `queryInterface${isTypeScript ? ': QueryInterface' : ''}${types ? `, DataTypes${isTypeScript ? ': typeof import("sequelize").DataTypes' : ''}` : ''}`
    return isNamed
      ? `export const ${name} = async (${parameters}) => {\n${body}\n}`
      : `  async ${name}(${parameters}) {\n${indent(body)}\n  },`
  }
  return isNamed
    ? `${render('up')}\n\n${render('down')}`
    : `module.exports = {\n${render('up')}\n\n${render('down')}\n}`
}

const renderSteps = (steps: readonly PlanStep[], draft: Draft): string =>
  steps.map((step) => indent(renderStep(step, draft))).join('\n')

function renderStep(step: PlanStep, draft: Draft): string {
  switch (step.kind) {
    case 'create-table':
      return draft.isSql || step.reason !== null
        ? sql(step.sql, draft.isSql ? null : step.reason)
        : createTable(step.table, draft)
    case 'drop-table':
      return draft.isSql
        ? sql(`DROP TABLE "${step.table}"`, null)
        : `await queryInterface.dropTable(${text(step.table)})`
    case 'add-column':
      return draft.isSql || step.reason !== null
        ? sql(step.sql, draft.isSql ? null : step.reason)
        : `await queryInterface.addColumn(${text(step.table)}, ${text(step.column.name)}, ${attribute(step.column, [], step.foreignKey, draft)})`
    case 'add-index':
      return draft.isSql || step.reason !== null ? sql(step.sql, draft.isSql ? null : step.reason) : addIndex(step)
    case 'drop-index':
      return draft.isSql
        ? sql(`DROP INDEX "${step.name}"`, null)
        : `await queryInterface.removeIndex(${text(step.table)}, ${text(step.name)})`
    case 'rename-table':
      return `await queryInterface.renameTable(${text(step.from)}, ${text(step.to)})`
    case 'sql':
      return sql(step.sql, step.reason)
    case 'rebuild-table':
      return rebuild(step)
    default:
      return step satisfies never
  }
}

const sql = (statement: string, reason: string | null): string =>
  `${reason === null ? '' : `// ${reason}.\n`}await queryInterface.sequelize.query(${template(statement)})`

function createTable(table: Table, draft: Draft): string {
  const columns = table.columns.map((column) => {
    const key = table.foreignKeys.find(({ columns: [name] }) => name === column.name) ?? null
    const unique = table.indexes.some(
      (index) => index.origin === 'constraint' && index.parts[0]?.column === column.name,
    )
    const primary = table.primaryKey?.columns.includes(column.name) === true
    return `  ${propertyName(column.name)}: ${attribute(column, [...(primary ? ['primaryKey: true'] : []), ...(unique ? ['unique: true'] : [])], key, draft)},`
  })
  return `await queryInterface.createTable(${text(table.name)}, {\n${columns.join('\n')}\n})`
}

function attribute(column: Column, more: readonly string[], key: ForeignKey | null, { modelType }: Draft): string {
  const parts = [
    `type: ${modelType(column.type)}`,
    ...(column.nullable || more.includes('primaryKey: true') ? [] : ['allowNull: false']),
    ...more,
    ...(column.autoIncrement ? ['autoIncrement: true'] : []),
    ...(column.default === null
      ? []
      : [`defaultValue: ${defaultValue(column.default, modelType(column.type) === 'DataTypes.BOOLEAN')}`]),
    ...(key === null ? [] : reference(key)),
  ]
  const line = `{ ${parts.join(', ')} }`
  return line.length <= 90 ? line : `{\n${parts.map((part) => `    ${part},`).join('\n')}\n  }`
}

const reference = ({ target, targetColumns, onDelete, onUpdate }: ForeignKey): readonly string[] => [
  `references: { model: ${text(target)}, key: ${text(targetColumns[0] ?? 'id')} }`,
  ...(onUpdate === 'NO ACTION' ? [] : [`onUpdate: ${text(onUpdate)}`]),
  ...(onDelete === 'NO ACTION' ? [] : [`onDelete: ${text(onDelete)}`]),
]

/** A literal as JavaScript has it; anything else is left to the database. */
function defaultValue(written: string, isBoolean: boolean): string {
  if (isBoolean && /^[01]$/.test(written)) return String(written === '1')
  if (/^[+-]?\d+(?:\.\d+)?$/.test(written)) return written
  const string = /^'((?:[^']|'')*)'$/s.exec(written)?.[1]
  return string === undefined
    ? `queryInterface.sequelize.literal(${text(written)})`
    : text(string.replaceAll("''", "'"))
}

function addIndex({ table, index, name }: Extract<PlanStep, { kind: 'add-index' }>): string {
  const fields = index.parts.map((part) =>
    part.descending ? `{ name: ${text(part.column ?? '')}, order: 'DESC' }` : text(part.column ?? ''),
  )
  return `await queryInterface.addIndex(${text(table)}, [${fields.join(', ')}], { name: ${text(name)}${index.unique ? ', unique: true' : ''} })`
}

function rebuild({ table, create, copy, gone, reason }: Extract<PlanStep, { kind: 'rebuild-table' }>): string {
  const columns = copy.map(
    ({ column, expression }) =>
      `    ${propertyName(column)}: ${expression === null ? `fillIn(${text(`${table}.${column}`)})` : text(expression)},`,
  )
  return `// ${reason}, so the table is rebuilt.
await rebuildTable(queryInterface, {
  table: ${text(table)},
  create: ${template(create)},
  copy: {\n${columns.join('\n')}\n  },
  gone: [${gone.map(text).join(', ')}],
})`
}

const hasPlaceholder = (step: PlanStep): boolean =>
  step.kind === 'rebuild-table' && step.copy.some(({ expression }: ColumnCopy) => expression === null)

const fillInFunction = (
  isTypeScript: boolean,
): string => `// TODO: put a SQL expression where this is called: the value for the rows that are there already.
function fillIn(column${isTypeScript ? ': string' : ''})${isTypeScript ? ': string' : ''} {
  throw new Error(\`\${column} is NOT NULL and has no default: write in this migration what the present rows get\`)
}`

const text = (value: string): string =>
  value.includes("'") && !value.includes('"')
    ? JSON.stringify(value)
    : `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

const template = (value: string): string =>
  value.includes('\n') || value.includes("'") ? `\`${value.replace(/[\\`]|\$\{/g, '\\$&')}\`` : text(value)
const propertyName = (name: string): string => (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : text(name))
const indent = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n')
