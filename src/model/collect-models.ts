/** Which models a module's exports hold, in whatever shape the project writes them. */
import type { Sequelize } from 'sequelize'
import { associateModels } from './associate-models.ts'
import { callOf, changesRows, type Define, type Definer, findDefiner, findInitialiser } from './find-definer.ts'
import {
  type AnyModel,
  type Exports,
  findExports,
  type Getter,
  isClass,
  isFunction,
  isInstance,
  isModelClass,
  isObject,
} from './find-exports.ts'

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
  /** Exported functions that were not called, since they could be anything: `name in file`. */
  readonly ignored: readonly { readonly name: string; readonly file: string }[]
}

/** A module with what it exports. */
interface Module extends Exports {
  readonly file: string
}

/**
 * Defines the models of modules and associates them.
 *
 * Known by shape, not by class, since a project may have its own copy of Sequelize: an exported Sequelize instance, or models bound to one
 * (sequelize-cli's `models/index.js`); classes with a static initialiser; functions that define models on the instance that they get. Of a
 * module that exports an instance with models, or such models, nothing is called: what else it exports can change data.
 * @param modules the model files
 * @param sequelize an unused instance on the throwaway database, for models that have none yet
 * @param onModule told whose code runs next
 * @param decorated an unused instance of sequelize-typescript for classes with decorators, as the file that has them loads it
 */
export async function collectModels(
  modules: readonly LoadedModule[],
  sequelize: Sequelize,
  onModule: (file: string) => void,
  decorated: (file: string) => Sequelize = () => sequelize,
): Promise<Collected> {
  const all = readGetters(
    modules.map(({ file, exported }) => ({ file, ...findExports(exported) })),
    onModule,
  )
  const foreign = fullest(all.flatMap(({ values }) => values.flatMap(instanceOf)))
  const waiting = all.filter(({ values }) => values.some(isDecorated))
  const home = foreign ?? (waiting[0] === undefined ? sequelize : decorated(waiting[0].file))
  addDecorated(home, waiting, onModule)
  const { definitions, ignored } = definitionsOf(all, home)
  const alone = await defineAll(definitions, home, onModule)
  // A project's only model file that is one function can be nothing else.
  if (!isFull(home) && all.length === 1) await defineAll(all.flatMap(onlyFunctionOf), home, onModule)
  await associateModels(home, (model) => alone.has(model))
  return { sequelize: home, isForeign: foreign !== undefined, ignored }
}

/** Whether an instance that modules export, or their models are bound to, has opened a connection. Nothing is called. */
export const isAnyOpen = (modules: readonly LoadedModule[]): boolean =>
  modules.some(({ exported }) => findExports(exported).values.flatMap(instanceOf).some(isOpen))

/** Where there is no pool, the manager holds the connections: Sequelize 6, lib/dialects. */
function isOpen(sequelize: Sequelize): boolean {
  const { connections, pool } = sequelize.connectionManager as unknown as {
    readonly connections?: object
    readonly pool?: { readonly size?: number }
  }
  return Object.keys(connections ?? {}).length > 0 || (pool?.size ?? 0) > 0
}

/** Getters are read only where nothing else shows the instance with its models, those first that are called like one. */
function readGetters(modules: readonly Module[], onModule: (file: string) => void): readonly Module[] {
  const hasModels = (values: readonly unknown[]): boolean => values.some((value) => isInstance(value) && isFull(value))
  if (modules.some(({ values }) => hasModels(values))) return modules
  let isOver = false
  return modules.map((module) => {
    const found: unknown[] = []
    for (const { read } of [...module.getters].sort((a, b) => rankOf(a) - rankOf(b))) {
      if (isOver) break
      onModule(module.file)
      found.push(...findExports(read()).values)
      isOver = hasModels(found)
    }
    return { ...module, values: [...new Set([...module.values, ...found])] }
  })
}

const rankOf = ({ name }: Getter): number => (/^(?:sequelize|connection|db|database|orm|instance)$/i.test(name) ? 0 : 1)

const fullest = (instances: readonly Sequelize[]): Sequelize | undefined =>
  [...new Set(instances)].sort((a, b) => modelsOf(b).length - modelsOf(a).length)[0]

/** Something to call, so that models are defined. */
interface Definition {
  readonly file: string
  readonly define: Define
  /** The class that it initialises; null for a function, which may define any number of models. */
  readonly model: AnyModel | null
  /** Whether other exported classes extend that class: then it need not have a table. */
  readonly isBase: boolean
}

/** What is to be called, in order. */
function definitionsOf(
  modules: readonly Module[],
  home: Sequelize,
): { readonly definitions: readonly Definition[]; readonly ignored: Collected['ignored'] } {
  const ignored: { readonly name: string; readonly file: string }[] = []
  const initialise = initialisersOf(modules.flatMap(({ values }) => values.filter(isModelClass)))
  const definitions = modules.flatMap(({ file, values }): readonly Definition[] => {
    if (values.some((value) => instanceOf(value).some(isFull))) return []
    return mainOf(values).flatMap((value) => {
      if (isModelClass(value)) return initialise(value, file)
      if (!isFunction(value) || isClass(value)) return []
      const definer = findDefiner(value)
      if (definer === null) ignored.push({ name: value.name, file })
      if (definer === null || !isMissing(definer, home)) return []
      return [{ file, define: definer.define, model: null, isBase: false }]
    })
  })
  return { definitions, ignored }
}

/** What a module is, or its default export. */
function ownValueOf([own]: readonly unknown[]): unknown {
  return isObject(own) && 'default' in own ? own.default : own
}

/** The function that a module is, or its default export, where that defines models; else everything that it exports. */
function mainOf(values: readonly unknown[]): readonly unknown[] {
  const main = ownValueOf(values)
  return isFunction(main) && !isModelClass(main) && findDefiner(main) !== null ? [main] : values
}

/** The function that a module is, unless its text shows that it works on rows, tables or connections. */
function onlyFunctionOf({ file, values }: Module): readonly Definition[] {
  const only = ownValueOf(values)
  if (!isFunction(only) || isModelClass(only) || isClass(only) || changesRows(only)) return []
  return findDefiner(only) === null ? [{ file, define: callOf(only), model: null, isBase: false }] : []
}

/** What the application's own instance has is not defined again; what it lacks only where its text says what that is. */
const isMissing = ({ names }: Definer, home: Sequelize): boolean =>
  !isFull(home) || names.some((name) => !(name in home.models))

/** How the classes among the exports are initialised: those that have no instance, and are no mere base of others. */
function initialisersOf(classes: readonly AnyModel[]): (model: AnyModel, file: string) => readonly Definition[] {
  const parents = new Set(classes.map((model) => Object.getPrototypeOf(model) as object))
  const inherited = new Set(
    classes.flatMap((model) => {
      const owner = findInitialiser(model)?.owner
      return owner === undefined || owner === model ? [] : [owner]
    }),
  )
  return (model, file) => {
    if (isInstance(model.sequelize) || inherited.has(model)) return []
    const initialiser = findInitialiser(model)
    return initialiser === null ? [] : [{ file, define: initialiser.define, model, isBase: parents.has(model) }]
  }
}

/**
 * Defines what every module has, in order. What fails is tried again after the others: an initialiser may associate its model with one that
 * the application, which knows the order, initialises before it. (Sequelize replaces a model that is initialised again.)
 * @returns the models that were each defined alone, so that nothing but their own definition can have associated them
 * @throws what the first one threw that none of the others helps
 */
async function defineAll(
  definitions: readonly Definition[],
  home: Sequelize,
  onModule: (file: string) => void,
): Promise<ReadonlySet<AnyModel>> {
  const alone = new Set<AnyModel>()
  let waiting = definitions
  while (waiting.length > 0) {
    const failed: { readonly definition: Definition; readonly error: unknown }[] = []
    for (const definition of waiting) {
      onModule(definition.file)
      const before = new Set(modelsOf(home))
      try {
        await definition.define(home)
        const made = modelsOf(home).filter((model) => !before.has(model))
        if (made.length === 1) alone.add(made[0]!)
      } catch (error) {
        failed.push({ definition, error })
      }
    }
    const [first] = failed.filter(({ definition }) => !definition.isBase)
    if (failed.length === waiting.length) {
      if (first === undefined) break
      onModule(first.definition.file)
      throw first.error
    }
    waiting = failed.map(({ definition }) => definition)
  }
  return alone
}

/** A model of sequelize-typescript, as its decorators mark it, that no instance has yet. (`model-service.js` of its version 2.) */
function isDecorated(value: unknown): value is AnyModel {
  const { getOwnMetadata } = Reflect as { getOwnMetadata?(key: string, target: unknown): unknown }
  if (!isModelClass(value) || isInstance(value.sequelize)) return false
  return getOwnMetadata?.('sequelize:modelName', value.prototype) !== undefined
}

/** All at once: each is associated with others of them. */
function addDecorated(home: Sequelize, modules: readonly Module[], onModule: (file: string) => void): void {
  const { addModels } = home as { addModels?(models: readonly AnyModel[]): void }
  if (modules[0] === undefined || addModels === undefined) return
  onModule(modules[0].file)
  addModels.call(home, [...new Set(modules.flatMap(({ values }) => values.filter(isDecorated)))])
}

/** The application's own instance that a value is, or is bound to. */
function instanceOf(value: unknown): readonly Sequelize[] {
  if (isInstance(value)) return [value]
  if (isModelClass(value) && isInstance(value.sequelize)) return [value.sequelize]
  return []
}

const modelsOf = (sequelize: Sequelize): readonly AnyModel[] => Object.values(sequelize.models) as AnyModel[]
const isFull = (sequelize: Sequelize): boolean => modelsOf(sequelize).length > 0
