/** How the functions of a migration are found and called, in whatever way its author expects. Called in a child process only. */
import type { Sequelize } from 'sequelize'
import type { MigrationArguments } from './migration-arguments.ts'

type MigrationFunction = (...values: readonly unknown[]) => unknown

/** A migration's function, exported by its name or in the default export; null where it has none. */
export const functionOf = (exported: unknown, which: 'up' | 'down'): MigrationFunction | null => {
  const holder = exported as { up?: unknown; down?: unknown; default?: unknown } | null
  const found = holder?.[which] ?? (holder?.default as { up?: unknown; down?: unknown } | undefined)?.[which]
  return typeof found === 'function' ? (found as MigrationFunction) : null
}

/** What a migration says in `keeps`; anything but a list of names says nothing. */
export function keepsOf(exported: unknown): readonly string[] {
  const holder = exported as { keeps?: unknown; default?: { keeps?: unknown } } | null
  const keeps = holder?.keeps ?? holder?.default?.keeps
  return Array.isArray(keeps) ? keeps.filter((name): name is string => typeof name === 'string') : []
}

/**
 * Calls a function, and waits for it: for its promise, or for its third parameter to be called, as old migrations of sequelize-cli do it.
 * @param called the function
 * @param holder what it is a method of
 * @param given the query interface, or what holds it, and Sequelize; or just what the project's runner gives
 * @throws whatever it throws, or passes to its callback
 */
export function callFunction(
  called: MigrationFunction,
  holder: unknown,
  { values, areExact }: Pick<MigrationArguments, 'values' | 'areExact'>,
): Promise<unknown> {
  if (areExact || called.length < 3) return Promise.resolve(called.apply(holder, [...values]))
  return new Promise((resolve, reject) => {
    const done = (error?: unknown): void => (error === undefined || error === null ? resolve(undefined) : reject(error))
    // What it returns may be a promise all the same, which alone then tells of an error.
    Promise.resolve(called.apply(holder, [...values, done])).catch(reject)
  })
}

/**
 * Follows what is sent through an instance, for functions that return before all of it has been done.
 * @param sequelize the instance
 * @returns waits until nothing is under way any more; the first error counts
 */
export function followStatements(sequelize: Sequelize): () => Promise<void> {
  let underWay = 0
  let tellIdle = (): void => undefined
  const { query } = sequelize
  Object.assign(sequelize, {
    // Nothing else may be hung on the promises: a rejection that nobody awaits must stay one, and V8 follows a stack through an await only
    // where it is the one thing that waits. https://v8.dev/docs/stack-trace-api#async-stack-traces
    async query(...values: Parameters<typeof query>) {
      underWay += 1
      try {
        return await query.apply(sequelize, values)
      } finally {
        underWay -= 1
        if (underWay === 0) tellIdle()
      }
    },
  })
  return async () => {
    do {
      const idle = new Promise<void>((resolve) => {
        tellIdle = resolve
      })
      if (underWay > 0) await idle
      // What follows an answer is sent in the same turn, or in those of its promises.
      await new Promise((resolve) => setImmediate(resolve))
    } while (underWay > 0)
  }
}
