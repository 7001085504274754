/** Which models a module's exports hold, in whatever shape the project writes them. */
import type { Model, ModelStatic, Sequelize } from 'sequelize'
import type { Sequelize6 } from './load-sequelize.ts'

type AnyModel = ModelStatic<Model> & { associate?: (models: unknown) => unknown }
type AnyFunction = (...values: never[]) => unknown
type Definer = (sequelize: Sequelize, dataTypes: unknown) => unknown

/** An imported model file. */
export interface LoadedModule {
  /** Absolute path. */
  readonly file: string
  readonly exported: unknown
}

/** What the exports of all model files came to. */
export interface Collected {
  /** The instance whose models are meant: the application's own, or the one given. */
  readonly sequelize: Sequelize
  /** Whether the application made it. */
  readonly isForeign: boolean
}

/**
 * Defines the models of modules and associates them.
 *
 * Known by shape, not by class, since a project may have its own copy of Sequelize:
 * an exported Sequelize instance, or models bound to one (sequelize-cli's `models/index.js`); classes with a static initialiser;
 * a function `(sequelize, DataTypes)` that returns one model or defines all of them.
 * @param modules the model files
 * @param sequelize an unused instance on the throwaway database, for models that have none yet
 * @param library the Sequelize that `sequelize` is made of
 * @param onModule told whose code runs next
 * @param decorated an unused instance of sequelize-typescript for classes with decorators, as the file that has them loads it
 */
export async function collectModels(
  modules: readonly LoadedModule[],
  sequelize: Sequelize,
  library: Sequelize6,
  onModule: (file: string) => void,
  decorated: (file: string) => Sequelize = () => sequelize,
): Promise<Collected> {
  const all = modules.flatMap(({ exported }) => exportsOf(exported))
  const foreign = [...new Set(all.flatMap(instanceOf))].sort((a, b) => modelsOf(b).length - modelsOf(a).length)[0]
  const waiting = modules.filter(({ exported }) => decoratedIn(exported).length > 0)
  const home = foreign ?? (waiting[0] === undefined ? sequelize : decorated(waiting[0].file))
  addDecorated(home, waiting, onModule)
  await defineAll(modules, onModule, (value, isAgain) => define(value, home, library, isAgain))
  const models = modelsOf(home)
  // A function that defines all models, or the application itself, may have associated them already.
  if (!models.some(hasAssociations)) for (const model of models) await model.associate?.(home.models)
  return { sequelize: home, isForeign: foreign !== undefined }
}

interface Definition {
  readonly file: string
  readonly value: AnyFunction
}

/**
 * Defines what every module has, in order. What fails is tried again after the others: an initialiser may associate its model with one that
 * the application, which knows the order, initialises before it. (Sequelize replaces a model that is initialised again.)
 * @throws what the first one threw that none of the others helps
 */
async function defineAll(
  modules: readonly LoadedModule[],
  onModule: (file: string) => void,
  defineOne: (value: AnyFunction, isAgain: boolean) => Promise<unknown>,
): Promise<void> {
  let waiting: readonly Definition[] = modules.flatMap(({ file, exported }) => {
    onModule(file)
    return definersOf(exported).map((value) => ({ file, value }))
  })
  for (let isAgain = false; waiting.length > 0; isAgain = true) {
    const failed: { readonly definition: Definition; readonly error: unknown }[] = []
    for (const definition of waiting) {
      onModule(definition.file)
      try {
        await defineOne(definition.value, isAgain)
      } catch (error) {
        failed.push({ definition, error })
      }
    }
    const [first] = failed
    if (first !== undefined && failed.length === waiting.length) {
      onModule(first.definition.file)
      throw first.error
    }
    waiting = failed.map(({ definition }) => definition)
  }
}

/** A model of sequelize-typescript, as its decorators mark it, that no instance has yet. (`model-service.js` of its version 2.) */
function isDecorated(value: unknown): value is AnyModel {
  const { getOwnMetadata } = Reflect as { getOwnMetadata?(key: string, target: unknown): unknown }
  if (!isModelClass(value) || isInstance(value.sequelize)) return false
  return getOwnMetadata?.('sequelize:modelName', value.prototype) !== undefined
}

const decoratedIn = (exported: unknown): readonly AnyModel[] => exportsOf(exported).filter(isDecorated)

/** All at once: each is associated with others of them. */
function addDecorated(home: Sequelize, modules: readonly LoadedModule[], onModule: (file: string) => void): void {
  const { addModels } = home as { addModels?(models: readonly AnyModel[]): void }
  if (modules[0] === undefined || addModels === undefined) return
  onModule(modules[0].file)
  addModels.call(home, [...new Set(modules.flatMap(({ exported }) => decoratedIn(exported)))])
}

/** The module's own value and each of its exports, once each. */
function exportsOf(module: unknown): readonly unknown[] {
  const unwrapped = unwrap(module)
  const named =
    isObject(unwrapped) && !isInstance(unwrapped) && !isModelClass(unwrapped) ? Object.values(unwrapped) : []
  const fromDefault = named.flatMap((value) => (isPlainObject(value) && !isInstance(value) ? Object.values(value) : []))
  const all = [unwrapped, ...named, ...fromDefault, ...named.filter(Array.isArray).flat()]
  return [...new Set(all)].filter((value) => isObject(value) || isFunction(value))
}

/** What of a module is to be called: its default export, else its model classes and the functions that take an instance first. */
function definersOf(module: unknown): readonly AnyFunction[] {
  const unwrapped = unwrap(module)
  const main = isObject(unwrapped) && 'default' in unwrapped ? unwrapped.default : unwrapped
  if (isFunction(main)) return [main]
  return exportsOf(module)
    .filter(isFunction)
    .filter((value) => isClass(value) || takesInstance.test(Function.prototype.toString.call(value)))
}

/** A function's source up to its first parameter, where that is named like a Sequelize instance. */
const takesInstance =
  /^(?:async\s*)?(?:function\b)?\s*[\w$]*\s*\(?\s*(?:\{\s*)?(?:sequelize|seq|db|database|orm|connection|instance)\b/i

/** An ES module namespace of a CommonJS file has the exports under `default`, sometimes twice. */
const unwrap = (module: unknown): unknown => {
  if (!isObject(module) || !('default' in module)) return module
  const keys = Object.keys(module).filter((key) => key !== '__esModule' && key !== 'module.exports')
  return keys.length === 1 ? unwrap(module.default) : module
}

/** The application's own instance that a value is, holds, or is bound to. */
function instanceOf(value: unknown): readonly Sequelize[] {
  if (isInstance(value)) return [value]
  if (isModelClass(value) && isInstance(value.sequelize)) return [value.sequelize]
  return []
}

async function define(
  value: AnyFunction,
  sequelize: Sequelize,
  library: Sequelize6,
  isAgain: boolean,
): Promise<unknown> {
  if (isModelClass(value)) {
    // What failed half-way has its instance already.
    if (isInstance(value.sequelize) && !isAgain) return value
    const initialise = initialiserOf(value)
    return initialise === null ? undefined : await initialise.call(value, sequelize, library.DataTypes)
  }
  if (isClass(value)) return undefined
  return await (value as unknown as Definer)(sequelize, library.DataTypes)
}

const initialisers = ['initModel', 'initialize', 'initialise', 'init', 'define', 'setup', 'register']

/** A static initialiser of the class's own; `init` counts only where the class overrides Sequelize's. */
function initialiserOf(model: object): Definer | null {
  for (const name of initialisers) {
    const own = Object.getOwnPropertyDescriptor(model, name)?.value as unknown
    if (isFunction(own)) return own as unknown as Definer
  }
  return null
}

const modelsOf = (sequelize: Sequelize): readonly AnyModel[] => Object.values(sequelize.models) as AnyModel[]
const hasAssociations = (model: AnyModel): boolean => Object.keys(model.associations).length > 0

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isFunction = (value: unknown): value is AnyFunction => typeof value === 'function'
const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
const isClass = (value: unknown): boolean =>
  isFunction(value) && /^class\b/.test(Function.prototype.toString.call(value))

const isInstance = (value: unknown): value is Sequelize =>
  isObject(value) && isFunction(value.define) && isFunction(value.getQueryInterface) && isObject(value.models)

const isModelClass = (value: unknown): value is AnyModel =>
  isFunction(value) &&
  isFunction((value as unknown as Record<string, unknown>).findAll) &&
  isFunction((value as unknown as Record<string, unknown>).init) &&
  isFunction((value as unknown as Record<string, unknown>).belongsTo)
