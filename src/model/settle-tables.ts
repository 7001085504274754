/** Which tables the models make together: without those that are left out, and one table where several models share it. */
import type { Model, ModelStatic, Sequelize } from 'sequelize'

/** A column as Sequelize 6 keeps it, as far as it is read here. */
interface Column {
  readonly field?: string
  readonly primaryKey?: boolean
  readonly autoIncrement?: boolean
}

type Columns = Readonly<Record<string, Column>>

/** What `Model.sync` reads of a model. https://github.com/sequelize/sequelize/blob/v6/src/model.js */
interface Inner {
  tableAttributes: Columns
  uniqueKeys: Readonly<Record<string, unknown>>
  _indexes: readonly { readonly name?: string }[]
}

/** A table that several models describe. */
export interface SharedTable {
  readonly table: string
  /** Their names. */
  readonly models: readonly string[]
}

type AnyModel = ModelStatic<Model> & Inner

/**
 * Takes models out, and gives models that share a table all of its columns: `sync()` would make the table of one of them, since it sorts
 * them by the names of their tables (`getModelsTopoSortedByForeignKey` of Sequelize 6).
 * @param sequelize the instance; its models keep their attributes, only what `sync()` makes of them changes
 * @param exclude names of models or of their tables; others, such as globs of files, match nothing
 * @returns the tables that models share
 */
export function settleTables(sequelize: Sequelize, exclude: readonly string[]): readonly SharedTable[] {
  const tables = new Map<string, AnyModel[]>()
  for (const model of Object.values(sequelize.models) as unknown as AnyModel[]) {
    const table = model.getTableName()
    const name = tableOf(model)
    if (exclude.includes(model.name) || exclude.includes(name)) sequelize.modelManager.removeModel(model)
    else tables.set(JSON.stringify(table), [...(tables.get(JSON.stringify(table)) ?? []), model])
  }
  const shared = [...tables.values()].filter((models) => models.length > 1)
  for (const models of shared) merge(models)
  return shared.map((models) => ({ table: tableOf(models[0]!), models: models.map(({ name }) => name) }))
}

const tableOf = (model: AnyModel): string => {
  const table = model.getTableName()
  return typeof table === 'string' ? table : table.tableName
}

/** The model with most columns says what the table is, also which key it has; the others add what it lacks. */
function merge(models: readonly AnyModel[]): void {
  const [main, ...others] = [...models].sort((a, b) => countOf(b) - countOf(a)) as [AnyModel, ...AnyModel[]]
  const columns: Record<string, Column> = { ...main.tableAttributes }
  const fields = new Set(Object.entries(columns).map(fieldOf))
  for (const entry of others.flatMap(({ tableAttributes }) => Object.entries(tableAttributes))) {
    const [key, { primaryKey: _, autoIncrement: __, ...column }] = entry
    const field = fieldOf(entry)
    if (fields.has(field)) continue
    fields.add(field)
    columns[key in columns ? field : key] = { ...column, field }
  }
  const uniqueKeys = Object.assign({}, ...[...others, main].map((model) => model.uniqueKeys))
  const indexes = new Map([...others, main].flatMap(({ _indexes }) => _indexes.map((index) => [index.name, index])))
  for (const model of models)
    Object.assign(model, { tableAttributes: columns, uniqueKeys, _indexes: [...indexes.values()] })
}

const countOf = ({ tableAttributes }: AnyModel): number => Object.keys(tableAttributes).length
const fieldOf = ([key, { field }]: readonly [string, Column]): string => field ?? key
