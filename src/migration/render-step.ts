/** One step of a plan as JavaScript: the call of queryInterface where it is faithful, else SQL with the reason. */
import type { PlanStep } from '../schema/plan.ts'
import type { Column, ForeignKey, Table } from '../schema/schema.ts'
import { callText, comment, indent, objectText, propertyName, sqlText, text, valueText } from './javascript-text.ts'
import type { SqlDialect } from './render-sql.ts'

/** How steps are written. */
export interface StepStyle {
  /** SQL throughout, instead of calls. */
  readonly isSql: boolean
  /** How many characters a line may have. */
  readonly room: number
  /** How a column's type is written; null where it cannot be. */
  modelType(column: Column): string | null
  /** The variable that holds what the developer fills in for a column. */
  filledIn(table: string, column: string): string
  readonly dialect: SqlDialect
  /** Whether every call belongs to the transaction of that name. */
  readonly hasTransaction: boolean
}

type Step<Kind extends PlanStep['kind']> = Extract<PlanStep, { kind: Kind }>

/** Steps, one after the other; a reason that holds for several is said once. */
export function renderSteps(steps: readonly PlanStep[], style: StepStyle): string {
  let said: string | null = null
  const parts = steps.map((step) => {
    const reason = reasonOf(step, style)
    const isNew = reason !== null && reason !== said
    said = reason
    return isNew ? `${comment(`${reason}.`, style.room)}\n${renderStep(step, style)}` : renderStep(step, style)
  })
  return parts.join('\n')
}

function reasonOf(step: PlanStep, style: StepStyle): string | null {
  if (step.kind === 'rebuild-table') return `${step.reason}, so the table is rebuilt`
  if (step.kind === 'where-absent') return reasonOf(step.step, style)
  if (step.kind === 'without-foreign-keys') return step.reason
  return style.isSql ? null : step.reason
}

function renderStep(step: PlanStep, style: StepStyle): string {
  if (step.kind === 'rebuild-table') return rebuild(step, style)
  if (step.kind === 'where-absent') {
    const inner = renderStep(step.step, { ...style, room: style.room - 2 })
    const args = [
      'queryInterface',
      text(step.table),
      text(step.column),
      ...(style.hasTransaction ? ['transaction'] : []),
    ]
    const condition = `await isAbsent(${args.join(', ')})`
    return `if (${condition}) {\n${indent(inner)}\n}`
  }
  if (step.kind === 'without-foreign-keys') return renderSteps(step.steps, style)
  if (style.isSql || step.reason !== null) return query(step.sql, style)
  const call = (name: string, args: readonly string[], entries: readonly string[] = []): string =>
    entries.length === 0
      ? callText(`await queryInterface.${name}`, args, optionsOf(style), style.room)
      : callText(
          `await queryInterface.${name}`,
          args,
          entries,
          style.room,
          style.hasTransaction ? ['{ transaction }'] : [],
        )
  switch (step.kind) {
    case 'create-table':
      return createTable(step.table, style)
    case 'drop-table':
      return call('dropTable', [text(step.table)])
    case 'add-column':
      return call(
        'addColumn',
        [text(step.table), text(step.column.name)],
        attribute(step.column, [], step.foreignKey, style),
      )
    case 'add-index': {
      const fields = fieldsOf(step)
      // Sequelize's types allow nothing but names in a list of fields that stands alone.
      const isInside = step.index.parts.some(({ descending }) => descending)
      const args = isInside ? [text(step.table)] : [text(step.table), fields]
      const entries = [
        ...(isInside ? [`fields: ${fields}`] : []),
        `name: ${text(step.name)}`,
        ...(step.index.unique ? ['unique: true'] : []),
        ...(style.hasTransaction ? ['transaction'] : []),
      ]
      return callText('await queryInterface.addIndex', args, entries, style.room)
    }
    case 'drop-index':
      return call('removeIndex', [text(step.table), text(step.name)])
    case 'rename-table':
      return call('renameTable', [text(step.from), text(step.to)])
    default:
      return step.kind satisfies 'sql'
  }
}

const query = (sql: string, style: StepStyle): string =>
  callText('await queryInterface.sequelize.query', [sqlText(sql)], optionsOf(style), style.room)

/** The entries of a last argument that holds nothing but the transaction. */
const optionsOf = ({ hasTransaction }: StepStyle): readonly string[] => (hasTransaction ? ['transaction'] : [])

const fieldsOf = ({ index }: Step<'add-index'>): string =>
  `[${index.parts
    .map(({ column, descending }) =>
      descending ? `{ name: ${text(column ?? '')}, order: 'DESC' }` : text(column ?? ''),
    )
    .join(', ')}]`

function createTable(table: Table, style: StepStyle): string {
  const columns = table.columns.map((column) => {
    const key = table.foreignKeys.find(({ columns: [name] }) => name === column.name) ?? null
    const isUnique = table.indexes.some(
      ({ origin, parts }) => origin === 'constraint' && parts[0]?.column === column.name,
    )
    const isPrimary = table.primaryKey?.columns.includes(column.name) === true
    const more = [...(isPrimary ? ['primaryKey: true'] : []), ...(isUnique ? ['unique: true'] : [])]
    const name = propertyName(column.name)
    return `${name}: ${objectText(attribute(column, more, key, style), style.room - name.length - 5)}`
  })
  const object = `{\n${columns.map((column) => `${indent(column)},`).join('\n')}\n}`
  if (!style.hasTransaction) return `await queryInterface.createTable(${text(table.name)}, ${object})`
  return `await queryInterface.createTable(\n${[text(table.name), object, '{ transaction }'].map((each) => `${indent(each)},`).join('\n')}\n)`
}

function attribute(
  column: Column,
  more: readonly string[],
  key: ForeignKey | null,
  { modelType }: StepStyle,
): readonly string[] {
  const type = modelType(column) ?? ''
  // The number of a row is never null anyway.
  const isNumber = more.includes('primaryKey: true') && column.type.toUpperCase() === 'INTEGER'
  return [
    `type: ${type}`,
    ...(column.nullable || isNumber ? [] : ['allowNull: false']),
    ...more,
    ...(column.autoIncrement ? ['autoIncrement: true'] : []),
    ...(column.default === null ? [] : [`defaultValue: ${defaultValue(column.default, type)}`]),
    ...(key === null ? [] : reference(key)),
  ]
}

const reference = ({ target, targetColumns, onDelete, onUpdate }: ForeignKey): readonly string[] => [
  `references: { model: ${text(target)}, key: ${text(targetColumns[0] ?? 'id')} }`,
  ...(onUpdate === 'NO ACTION' ? [] : [`onUpdate: ${text(onUpdate)}`]),
  ...(onDelete === 'NO ACTION' ? [] : [`onDelete: ${text(onDelete)}`]),
]

/** A value as the type writes it back into the same SQL; anything else is left to the database as it is. */
function defaultValue(written: string, type: string): string {
  const kind = /\.([A-Z]+)/.exec(type)?.[1] ?? ''
  if (kind === 'BOOLEAN' && /^[01]$/.test(written)) return String(written === '1')
  if (/^(?:INTEGER|BIGINT|SMALLINT|FLOAT|DOUBLE|DECIMAL)$/.test(kind) && String(Number(written)) === written)
    return written
  const string = /^'((?:[^']|'')*)'$/s.exec(written)?.[1]?.replaceAll("''", "'")
  if (string !== undefined && /^(?:STRING|TEXT|CHAR|ENUM)$/.test(kind)) return text(string)
  const value = string === undefined || kind !== 'JSON' ? null : parseJson(string)
  return value === null ? `queryInterface.sequelize.literal(${text(written)})` : valueText(value)
}

/** The value of a JSON text that would be written the same again; else null. */
function parseJson(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json)
    return JSON.stringify(value) === json && typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

function rebuild({ table, create, copy, gone }: Step<'rebuild-table'>, { room, filledIn }: StepStyle): string {
  const columns = copy.map(
    ({ column, expression }) =>
      `${propertyName(column)}: ${expression === null ? filledIn(table, column) : sqlText(expression)}`,
  )
  const entries = [
    `table: ${text(table)}`,
    `create: ${sqlText(create)}`,
    `copy: ${columns.length === 0 ? '{}' : `{\n${columns.map((column) => `  ${column},`).join('\n')}\n}`}`,
    `gone: ${listText(gone, room - 10)}`,
  ]
  return callText('await rebuildTable', [], entries, room)
}

function listText(names: readonly string[], room: number): string {
  const line = `[${names.map(text).join(', ')}]`
  return line.length <= room ? line : `[\n${names.map((name) => `  ${text(name)},`).join('\n')}\n]`
}
