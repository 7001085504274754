/** The statements of `sync()` without a database: Sequelize's own code runs, and what it would send is written down. */
import type { Model, ModelStatic, Sequelize } from 'sequelize'

/** What `sync()` asks of its query interface, and how the answers are found here: in what it has sent so far. */
interface Inner {
  tableExists(table: unknown): Promise<boolean>
  createTable(table: unknown, ...rest: unknown[]): Promise<unknown>
  showIndex(table: unknown): Promise<readonly { name?: string }[]>
  addIndex(table: unknown, index: Index): Promise<unknown>
  readonly queryGenerator: { addIndexQuery(table: unknown, index: Index, rawTable: unknown): string }
}

interface Index {
  readonly name?: string
  readonly fields: readonly unknown[]
}

const syncHooks = ['beforeSync', 'afterSync', 'beforeBulkSync', 'afterBulkSync'] as const

/**
 * What `sync()` would send to an empty database, in order.
 *
 * On an empty database it asks two things only: whether a table is there, and which indexes it has (`Model.sync` of Sequelize 6). Both follow
 * from what it created before.
 * @param sequelize the instance that the models belong to
 * @returns null where only the real `sync()` will do: hooks run code of the project's, a model has a `sync` of its own, or it drops and alters
 */
export async function recordSync(sequelize: Sequelize): Promise<readonly string[] | null> {
  if (!isPlain(sequelize)) return null
  const sent: string[] = []
  const indexes = new Map<string, Index[]>()
  const nameOf = (table: unknown): string => JSON.stringify(table)
  let isAsked = false
  const queryInterface = sequelize.getQueryInterface() as unknown as Inner
  const { createTable } = queryInterface
  const restore = [
    replace(sequelize, 'query', async (sql: unknown) => {
      // Foreign keys are switched off for models that refer to each other. Anything else is a question: this is no plain `sync()`.
      if (typeof sql !== 'string' || !/^\s*(?:CREATE|\w+ foreign_keys)\b/i.test(sql)) isAsked = true
      else if (/^\s*CREATE/i.test(sql)) sent.push(sql)
      return []
    }),
    replace(queryInterface, 'tableExists', async (table: unknown) => indexes.has(nameOf(table))),
    replace(queryInterface, 'showIndex', async (table: unknown) => indexes.get(nameOf(table)) ?? []),
    replace(queryInterface, 'createTable', (table: unknown, ...rest: unknown[]) => {
      indexes.set(nameOf(table), [])
      return createTable.call(queryInterface, table, ...rest)
    }),
    replace(queryInterface, 'addIndex', async (table: unknown, index: Index) => {
      indexes.get(nameOf(table))?.push(index)
      // Sequelize's own copies all options of the instance as deep as they go, which takes longer than everything else here.
      sent.push(
        queryInterface.queryGenerator.addIndexQuery(table, { ...index, fields: index.fields.map(copyOf) }, table),
      )
    }),
  ]
  try {
    await sequelize.sync({ logging: false })
  } catch {
    // The real one fails in the same place, and says so with the statement.
    return null
  } finally {
    for (const undo of restore) undo()
  }
  return isAsked ? null : sent
}

/** A field is changed by who writes the statement, where it is a plain object. */
const copyOf = (field: unknown): unknown =>
  typeof field === 'object' && field !== null && Object.getPrototypeOf(field) === Object.prototype
    ? { ...field }
    : field

/** Puts a method of its own on an object. @returns takes it away */
function replace<Kind extends object, Name extends keyof Kind & string>(
  object: Kind,
  name: Name,
  method: (...values: never[]) => Promise<unknown>,
): () => void {
  const own = Object.getOwnPropertyDescriptor(object, name)
  Object.defineProperty(object, name, { value: method, configurable: true, writable: true, enumerable: true })
  return () => {
    if (own === undefined) delete object[name]
    else Object.defineProperty(object, name, own)
  }
}

type Hooked = { hasHook(name: string): boolean }

function isPlain(sequelize: Sequelize): boolean {
  const { sync: setting } = (sequelize as unknown as { options: { sync?: { force?: unknown; alter?: unknown } } })
    .options
  if (setting?.force !== undefined && setting.force !== false) return false
  if (setting?.alter !== undefined && setting.alter !== false) return false
  const library = Object.getPrototypeOf(sequelize) as { constructor: { prototype: { sync: unknown }; Model?: unknown } }
  if (sequelize.sync !== library.constructor.prototype.sync) return false
  const models = Object.values(sequelize.models) as readonly ModelStatic<Model>[]
  const owners = [sequelize, ...models] as unknown as readonly Hooked[]
  if (owners.some((owner) => syncHooks.some((hook) => owner.hasHook(hook)))) return false
  const plainSync = syncOf(models)
  return models.every(({ sync }) => sync === plainSync)
}

/** Sequelize's own `Model.sync`: what the class at the root of every model has. */
function syncOf(models: readonly ModelStatic<Model>[]): unknown {
  let root: object = models[0]!
  for (let parent = Object.getPrototypeOf(root) as object; 'sync' in parent; ) {
    root = parent
    parent = Object.getPrototypeOf(root) as object
  }
  return (root as { sync: unknown }).sync
}
