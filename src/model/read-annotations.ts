/** What models say of their columns beyond what the database keeps. */
import type { Model, ModelStatic, Sequelize } from 'sequelize'
import type { Annotations } from '../schema/annotate.ts'
import type { Annotation } from '../schema/schema.ts'

/** An attribute as Sequelize 6 keeps it, as far as it is read here. */
interface Attribute {
  readonly field?: string
  readonly defaultValue?: unknown
  readonly type?: unknown
}

type AnyModel = ModelStatic<Model> & {
  readonly rawAttributes: Readonly<Record<string, Attribute>>
  /** The names under which the timestamps are kept. */
  readonly _timestampAttributes?: Readonly<Record<string, string>>
}

/**
 * Reads the annotations of all models of an instance.
 * @param sequelize the instance
 */
export function readAnnotations(sequelize: Sequelize): Annotations {
  const tables: Record<string, Record<string, Annotation>> = Object.create(null)
  for (const model of Object.values(sequelize.models) as AnyModel[]) {
    const name = model.getTableName()
    const table = typeof name === 'string' ? name : name.tableName
    const columns = tables[table] ?? {}
    tables[table] = columns
    for (const [key, attribute] of Object.entries(model.rawAttributes)) {
      const annotation = annotationOf(attribute, isTimestamp(model, key))
      if (annotation !== null) columns[attribute.field ?? key] = annotation
    }
  }
  return tables
}

function annotationOf({ defaultValue, type }: Attribute, isTimestamp: boolean): Annotation | null {
  const fill = isTimestamp ? 'now' : (fills[keyOf(defaultValue) ?? ''] ?? null)
  const values = keyOf(type) === 'ENUM' ? (type as { readonly values?: unknown }).values : null
  const known = Array.isArray(values) && values.every((value) => typeof value === 'string') ? values : null
  return fill === null && known === null ? null : { fill, values: known }
}

/** Defaults that Sequelize fills in itself, so that no column has them: https://github.com/sequelize/sequelize/issues/4679 */
const fills: Readonly<Record<string, 'now' | 'uuid'>> = { NOW: 'now', UUIDV1: 'uuid', UUIDV4: 'uuid' }

/** `createdAt` and `updatedAt` by whatever name; `deletedAt` is none that a row must have. */
const isTimestamp = ({ _timestampAttributes: names = {} }: AnyModel, key: string): boolean =>
  key === names.createdAt || key === names.updatedAt

/** A data type, or its class, is known by its key: a project may have its own copy of Sequelize. */
function keyOf(value: unknown): string | null {
  const holder = typeof value === 'function' ? (value.prototype as unknown) : value
  const key = (holder as { readonly key?: unknown } | null | undefined)?.key
  return typeof key === 'string' ? key : null
}
