/** What a module exports, in whatever shape: values, nested values, and what only a getter would give. */
import type { Model, ModelStatic, Sequelize } from 'sequelize'

/** A model, with the method by which projects associate it. */
export type AnyModel = ModelStatic<Model> & { associate?: (models: unknown) => unknown }
export type AnyFunction = (...values: never[]) => unknown

/** What was found without running anything. */
export interface Exports {
  /** The module's own value first, then what it holds, once each. */
  readonly values: readonly unknown[]
  /** Properties that are getters, so that reading them runs code of the project's. */
  readonly getters: readonly Getter[]
}

/** A property that only its getter gives. */
export interface Getter {
  readonly name: string
  read(): unknown
}

/** How deep objects are entered, and how many values are looked at: a models file gathers models and no more. */
const limits = { depth: 3, values: 5_000 } as const

/**
 * Looks at what a module exports.
 * @param module what `importFile` gave
 */
export function findExports(module: unknown): Exports {
  const values = new Set<unknown>()
  const getters: Getter[] = []
  const look = (value: unknown, depth: number): void => {
    if (!(isObject(value) || isFunction(value)) || values.has(value) || values.size > limits.values) return
    values.add(value)
    if (depth === limits.depth || !isHolder(value, depth)) return
    const isCompiled = '__esModule' in value
    for (const inner of elementsOf(value)) look(inner, depth + 1)
    for (const [name, property] of Object.entries(propertiesOf(value))) {
      if (property.get === undefined) look(property.value, depth + 1)
      else if (isCompiled) look((value as Record<string, unknown>)[name], depth + 1)
      else getters.push({ name, read: () => (value as Record<string, unknown>)[name] })
    }
  }
  look(unwrap(module), 0)
  return { values: [...values], getters }
}

/** An ES module namespace of a CommonJS file has the exports under `default`, sometimes twice. */
export const unwrap = (module: unknown): unknown => {
  if (!isObject(module) || !('default' in module)) return module
  const keys = Object.keys(module).filter((key) => key !== '__esModule' && key !== 'module.exports')
  return keys.length === 1 ? unwrap(module.default) : module
}

/** Whether exports may lie in it: the module's own value may be anything; below it only what gathers values. */
function isHolder(value: object | AnyFunction, depth: number): boolean {
  if (isInstance(value) || isModelClass(value) || isClass(value) || isRunner(value)) return false
  if (isFunction(value)) return depth === 0
  return depth < 2 || Array.isArray(value) || isPlainObject(value)
}

/** An Umzug: the instance in its context is the migrations' own, and its only model is the meta table. */
const isRunner = (value: object): boolean => {
  const { pending, executed } = value as { readonly pending?: unknown; readonly executed?: unknown }
  return isFunction(pending) && isFunction(executed)
}

const elementsOf = (value: object): readonly unknown[] =>
  value instanceof Map || value instanceof Set ? [...value.values()] : []

const propertiesOf = (value: object): Record<string, PropertyDescriptor> =>
  Object.fromEntries(
    Object.keys(value).flatMap((name) => {
      const property = Object.getOwnPropertyDescriptor(value, name)
      return property === undefined ? [] : [[name, property]]
    }),
  )

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

export const isFunction = (value: unknown): value is AnyFunction => typeof value === 'function'

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)

export const isClass = (value: unknown): boolean =>
  isFunction(value) && /^class\b/.test(Function.prototype.toString.call(value))

/** Known by shape, not by class, since a project may have its own copy of Sequelize. */
export const isInstance = (value: unknown): value is Sequelize =>
  isObject(value) && isFunction(value.define) && isFunction(value.getQueryInterface) && isObject(value.models)

export const isModelClass = (value: unknown): value is AnyModel =>
  isFunction(value) &&
  isFunction((value as unknown as Record<string, unknown>).findAll) &&
  isFunction((value as unknown as Record<string, unknown>).init) &&
  isFunction((value as unknown as Record<string, unknown>).belongsTo)
