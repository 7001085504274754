/** Which models does the application associate itself, and which are to be associated by calling their `associate`? */
import type { Sequelize } from 'sequelize'
import type { AnyModel } from './find-exports.ts'
import { readFunction } from './read-function.ts'

/** An association as Sequelize 6 keeps it, as far as it is read here. */
interface Association {
  readonly target: AnyModel
  readonly as: string
  readonly associationType: string
  readonly foreignKey?: unknown
  readonly through?: { readonly model?: { readonly name?: string } }
}

type AssociationMethod = (target: AnyModel, options?: Readonly<Record<string, unknown>>) => unknown

const methods = ['hasOne', 'hasMany', 'belongsTo', 'belongsToMany'] as const

/**
 * Calls `associate` of each model once, except of those for which the application did.
 * @param sequelize the instance with all models
 * @param isOurs whether nobody but devdb can have associated a model: it was defined alone, by a function or an initialiser that devdb called
 */
export async function associateModels(sequelize: Sequelize, isOurs: (model: AnyModel) => boolean): Promise<void> {
  const models = Object.values(sequelize.models) as AnyModel[]
  for (const model of models) {
    if (typeof model.associate !== 'function') continue
    if (isOurs(model)) await model.associate(sequelize.models)
    else if (!isAssociated(model, models)) await associateAgain(model, models, sequelize)
  }
}

/** Whether an association is there that the text of `associate` makes: by the name of the other model, or by its own. */
function isAssociated(model: AnyModel, models: readonly AnyModel[]): boolean {
  const body = readFunction(model.associate as (...values: never[]) => unknown)?.body ?? ''
  const says = (name: unknown): boolean =>
    typeof name === 'string' && new RegExp(`(?<![\\w$])${name.replace(/[^\w]/g, '\\$&')}(?![\\w$])`).test(body)
  const made = models.flatMap((source) => associationsOf(source).map((association) => ({ source, ...association })))
  return made.some(({ source, target, as, foreignKey, through }) => {
    if (source !== model && target !== model) return false
    // A model's association with itself may have been made where it is defined.
    if (source === target) return says(as) || says(foreignKey)
    const other = source === model ? target : source
    return says(other.name) || says(as) || says(through?.model?.name)
  })
}

/** What the application made already is not made twice: of a call that would, the association that is there is the result. */
async function associateAgain(model: AnyModel, models: readonly AnyModel[], sequelize: Sequelize): Promise<void> {
  const known = new Map(models.map((source) => [source, new Set(associationsOf(source))]))
  const restore = models.flatMap((source) =>
    methods.map((name) => {
      const own = Object.getOwnPropertyDescriptor(source, name)
      const original = source[name] as unknown as AssociationMethod
      const once: AssociationMethod = (target, options = {}) => {
        const twin = [...(known.get(source) ?? [])].find((each) => isTwin(each, name, target, options))
        return twin ?? original.call(source, target, options)
      }
      Object.defineProperty(source, name, { value: once, configurable: true, writable: true })
      return () => {
        if (own === undefined) delete (source as unknown as Record<string, unknown>)[name]
        else Object.defineProperty(source, name, own)
      }
    }),
  )
  try {
    await model.associate?.(sequelize.models)
  } finally {
    for (const undo of restore) undo()
  }
}

function isTwin(made: Association, name: string, target: unknown, options: Readonly<Record<string, unknown>>): boolean {
  if (made.target !== target || made.associationType.toLowerCase() !== name.toLowerCase()) return false
  const as = options.as as string | { readonly singular?: string; readonly plural?: string } | undefined
  if (as !== undefined && made.as !== (typeof as === 'string' ? as : (as.plural ?? as.singular))) return false
  const key = options.foreignKey as string | { readonly name?: string } | undefined
  const wanted = typeof key === 'string' ? key : key?.name
  return wanted === undefined || made.foreignKey === wanted
}

const associationsOf = (model: AnyModel): readonly Association[] =>
  Object.values(model.associations) as unknown as readonly Association[]
