/** Is a function of the project's one that defines models? Decided by its text, since calling anything else could change data. */
import type { Sequelize } from 'sequelize'
import type { AnyFunction, AnyModel } from './find-exports.ts'
import { isClass, isFunction } from './find-exports.ts'
import { readFunction } from './read-function.ts'

/** Calls a function or an initialiser with what it takes. */
export type Define = (sequelize: Sequelize) => unknown

/** A function that defines models, and how it is called. */
export interface Definer {
  readonly define: Define
  /** Names of the models that its text defines; empty where the text does not say. */
  readonly names: readonly string[]
}

/**
 * Finds out whether a function defines models: it calls `define` or a model's `init` on its first parameter, or hands that on together with the
 * data types. A function that only uses an instance, to empty its tables or to connect, is none.
 * @param value an exported function
 * @returns null where it could be anything else
 */
export function findDefiner(value: AnyFunction): Definer | null {
  if (isClass(value)) return null
  const text = readFunction(value)
  const [first, second] = text?.parameters ?? []
  if (text === null || first === undefined || first.startsWith('...')) return null
  const { body } = text
  const names = namesIn(body)
  const call = (sequelize: Sequelize, argument: unknown): unknown =>
    (value as unknown as (...values: unknown[]) => unknown)(argument, libraryOf(sequelize), libraryOf(sequelize))
  if (first.startsWith('{')) {
    const name = /\bsequelize\b\s*(?::\s*([\w$]+))?/.exec(first)
    if (name === null || !definesOn(body, name[1] ?? 'sequelize', 'DataTypes')) return null
    return { names, define: (sequelize) => call(sequelize, bagOf(sequelize)) }
  }
  if (!isName(first)) return null
  if (definesOn(body, first, second ?? null)) return { names, define: (sequelize) => call(sequelize, sequelize) }
  if (asksApplication(body, first)) return { names, define: (sequelize) => call(sequelize, applicationOf(sequelize)) }
  return null
}

/** Calls a function with an instance and the data types. */
export const callOf =
  (value: AnyFunction): Define =>
  (sequelize) =>
    (value as unknown as (...values: unknown[]) => unknown)(sequelize, libraryOf(sequelize), libraryOf(sequelize))

/** Whether the text of a function shows that it works on rows, tables or connections; also where there is no text. */
export function changesRows(value: AnyFunction): boolean {
  const body = readFunction(value)?.body
  return body === undefined || dataVerbs.test(body)
}

const dataVerbs =
  /\.\s*(?:sync|truncate|destroy|drop\w*|query|bulk\w+|(?:find)?[cC]reate|update|upsert|increment|save|remove|delete|authenticate|\w+(?:Table|Column|Index|Constraint)|close|connect|listen|exec|run)\s*\(/

/** Whether text defines models on the instance of that name. `types`: the name of the parameter after it, or null. */
function definesOn(body: string, instance: string, types: string | null): boolean {
  const own = escaped(instance)
  if (new RegExp(`(?<![\\w$.])${own}\\s*\\.\\s*(?:define|import|addModels)\\s*\\(`).test(body)) return true
  if (!isHandedOn(body, instance)) return false
  if (/\.\s*init(?:Model|ialize|ialise)?\s*\(/.test(body)) return true
  if (types !== null && isName(types) && usesTypes(body, types)) return true
  return handsOn(body, own, types)
}

/** `DataTypes.STRING`, also through the class `Sequelize`. */
const usesTypes = (body: string, types: string): boolean =>
  new RegExp(`(?<![\\w$.])${escaped(types)}\\s*\\.\\s*(?:DataTypes\\b|[A-Z][A-Z0-9]{2,}\\b)`).test(body)

/** Calls of other functions that by their name or their parameters define models, too. */
function handsOn(body: string, instance: string, types: string | null): boolean {
  const next = ['DataTypes', 'Sequelize', ...(types !== null && isName(types) ? [escaped(types)] : [])]
  const withTypes = new RegExp(`\\(\\s*${instance}\\s*,\\s*(?:\\(0,\\s*)?(?:[\\w$]+\\.)*(?:${next.join('|')})\\s*[,)]`)
  if (withTypes.test(body)) return true
  if (new RegExp(`\\brequire\\s*\\([^;\\n]*\\)\\s*\\(\\s*${instance}\\s*[,)]`).test(body)) return true
  const calls = body.matchAll(
    new RegExp(`(?<!\\bnew\\s+)(?<![\\w$])([\\w$]+)\\s*\\)?\\s*\\(\\s*${instance}\\s*[,)]`, 'g'),
  )
  return [...calls].some(([, callee = '']) => defining.test(callee) && !otherwise.test(callee))
}

/** Names of functions that define models, such as a model's own, and of those that do something else with all of them. */
const defining =
  /^[A-Z]\w*$|[mM]odels?(?:$|[A-Z])|^models?|[eE]ntit(?:y|ies)(?:$|[A-Z])|^init[A-Z]|Init$|^define|Factory$|Schema$|^default$/
const otherwise =
  /trunc|destroy|drop|sync|clear|clean|reset|seed|wipe|delete|remove|migrat|close|connect|fill|populate|empty|dump|fixture|test|data(?:base)?$|db$/i

/** Feathers' `app.get('sequelizeClient')`, and egg's `app.model.define(…)`. */
const asksApplication = (body: string, application: string): boolean => {
  const own = `(?<![\\w$.])${escaped(application)}\\s*\\.\\s*`
  if (new RegExp(`${own}model\\s*\\.\\s*define\\s*\\(`).test(body)) return true
  return (
    new RegExp(`${own}get\\s*\\(\\s*(['"\`])\\w*sequelize\\w*\\1`, 'i').test(body) &&
    /\.\s*(?:define|init)\s*\(/.test(body)
  )
}

/** What stands for an application: it has the instance, and the models by their names. */
function applicationOf(sequelize: Sequelize): object {
  const model = new Proxy(sequelize, {
    get: (instance, name) =>
      Reflect.get(instance, name) ?? (typeof name === 'string' ? instance.models[name] : undefined),
  })
  return { ...bagOf(sequelize), model, get: (name: string) => (/sequelize/i.test(name) ? sequelize : undefined) }
}

function bagOf(sequelize: Sequelize): Record<string, unknown> {
  const Sequelize = libraryOf(sequelize) as { readonly DataTypes?: unknown; readonly Model?: unknown }
  return { sequelize, Sequelize, DataTypes: Sequelize.DataTypes, Model: Sequelize.Model, models: sequelize.models }
}

/** The class of an instance: it has all data types, so that it suits `(sequelize, DataTypes)` and `(sequelize, Sequelize)`. */
const libraryOf = (sequelize: Sequelize): unknown => sequelize.constructor

/**
 * The models that text defines, as far as it names them: what `modelName` says counts more than the name of a class.
 * @returns none where it does not say
 */
function namesIn(body: string): readonly string[] {
  const said = [...body.matchAll(/(?:\.\s*define\s*\(|\bmodelName\s*:)\s*(['"`])([^'"`$]+)\1/g)].map(
    ([, , name]) => name!,
  )
  if (said.length > 0) return said
  return [...body.matchAll(/\bclass\s+([\w$]+)\s+extends\b|\b_*extends\s*\(\s*([\w$]+)\s*,/g)].map(
    ([, name, compiled]) => name ?? compiled!,
  )
}

/** The usual names of a project's own initialiser, those first that mean nothing else. */
const initialisers: readonly string[] = ['initModel', 'initialize', 'initialise', 'init', 'define', 'setup', 'register']

/** A static initialiser, and the class that has it: the model itself, or one that it extends. */
export interface Initialiser {
  readonly define: Define
  readonly owner: object
}

/**
 * The static initialiser of a model class: one of the project's own, which takes an instance. Sequelize's own `init(attributes, options)`,
 * which a base class may override, is none.
 * @param model the class
 * @returns null where it has none
 */
export function findInitialiser(model: AnyModel): Initialiser | null {
  for (let owner: object = model; !isLibrary(owner); owner = Object.getPrototypeOf(owner) as object) {
    for (const name of new Set([...initialisers, ...Object.getOwnPropertyNames(owner)])) {
      const own = Object.getOwnPropertyDescriptor(owner, name)?.value as unknown
      if (name === 'constructor' || name === 'prototype' || !isFunction(own) || !takesInstance(name, own)) continue
      const define: Define = (sequelize) =>
        (own as unknown as (...values: unknown[]) => unknown).call(model, sequelize, libraryOf(sequelize))
      return { define, owner }
    }
  }
  return null
}

/** Sequelize's class `Model`, or that of sequelize-typescript: it has `findAll` itself. */
const isLibrary = (owner: object | null): boolean =>
  owner === null || owner === Function.prototype || Object.hasOwn(owner, 'belongsToMany')

/** Whether an initialiser takes an instance, and hands it to Sequelize's own `init`. */
function takesInstance(name: string, initialiser: AnyFunction): boolean {
  const text = readFunction(initialiser)
  if (text === null) return false
  const { parameters, body } = text
  const [first, second] = parameters
  const initialises = /\binit\w*\s*\(|\.\s*(?:call|apply)\s*\(\s*this\b/.test(body)
  if (first === undefined) return initialisers.includes(name) && initialises && !/\barguments\b/.test(body)
  if (!isName(first)) return false
  // One that takes attributes, too, is called by the initialisers of other classes.
  const takesMore =
    second !== undefined &&
    isName(second) &&
    new RegExp(
      `\\binit\\w*(?:\\.call)?\\s*\\(\\s*(?:this\\s*,\\s*)?(?:\\{\\s*\\.{3})?${escaped(second)}\\s*[,)}]`,
    ).test(body)
  if (takesMore) return false
  const isNamedSo = /^_*(?:sequelize|seq|connection|conn|db|database|instance|orm)$/i.test(first)
  if (name === 'init') return isNamedSo || new RegExp(`\\bsequelize\\s*:\\s*${escaped(first)}\\b`).test(body)
  if (!initialisers.includes(name)) return isNamedSo && /\.\s*init\s*\(/.test(body) && isHandedOn(body, first)
  return (initialises && isHandedOn(body, first)) || (isNamedSo && name.startsWith('init'))
}

/** Whether a variable stands in text as an argument, or in an object. */
const isHandedOn = (body: string, name: string): boolean =>
  new RegExp(`[(,:[{]\\s*${escaped(name)}\\s*[,)\\]}]`).test(body)

const isName = (parameter: string): boolean => /^[\w$]+$/.test(parameter)

const escaped = (name: string): string => name.replaceAll('$', '\\$')
