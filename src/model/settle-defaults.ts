/** Defaults that are another value at each load: the time at which a model's file was loaded, where a function was meant. */
import type { Sequelize } from 'sequelize'
import type { Sequelize6 } from './load-sequelize.ts'

/** A column whose default is the time of the load. */
export interface LoadTimeDefault {
  readonly model: string
  readonly attribute: string
}

interface Attribute {
  defaultValue?: unknown
}

/**
 * Takes such defaults for what they were meant to be: a value that Sequelize fills in, which no column has. Else the tables would be others at
 * each load, and each draft would be followed by the next one.
 * @param sequelize the instance; its models lose those defaults
 * @param since when this process began, in milliseconds since 1970
 * @returns the attributes that had one
 */
export function settleDefaults(sequelize: Sequelize, since = performance.timeOrigin): readonly LoadTimeDefault[] {
  const now = Date.now()
  const isOfThisLoad = (value: unknown): boolean => {
    const time = timeOf(value)
    return time !== null && time >= Math.floor(since / 1000) * 1000 && time <= now
  }
  const { NOW } = (sequelize.constructor as unknown as Pick<Sequelize6, 'DataTypes'>).DataTypes as unknown as {
    readonly NOW: new () => object
  }
  return Object.values(sequelize.models).flatMap((model) => {
    const attributes = (model as unknown as { readonly rawAttributes: Readonly<Record<string, Attribute>> })
      .rawAttributes
    return Object.entries(attributes).flatMap(([attribute, definition]) => {
      if (!isOfThisLoad(definition.defaultValue)) return []
      definition.defaultValue = new NOW()
      return [{ model: model.name, attribute }]
    })
  })
}

/** As milliseconds since 1970: a date, `Date.now()`, or a text that says both day and time. */
function timeOf(value: unknown): number | null {
  if (Object.prototype.toString.call(value) === '[object Date]') return (value as Date).getTime()
  if (typeof value === 'number') return Number.isInteger(value) ? value : null
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/.test(value) ? Date.parse(value) : null
}
