/** What an error that came through Sequelize says: its own message is often only a name for what the database said. */
import { refusalIn } from '../door/refusal.ts'
import { messageOf } from '../error.ts'

/** What is worth telling of an error. */
export interface ErrorFacts {
  readonly message: string
  readonly statement?: string
}

/**
 * Reads an error of unknown origin.
 * @param error what was caught: Sequelize's error, the driver's, or anything else that can be thrown
 */
export function factsOf(error: unknown): ErrorFacts {
  const { sql, parent } = (error ?? {}) as { sql?: unknown; parent?: { message?: unknown; sql?: unknown } }
  // "Validation error" is all that Sequelize itself says of a constraint that failed.
  const message = typeof parent?.message === 'string' ? parent.message : messageOf(error)
  const refusal = refusalIn(message)
  const statement = sql ?? parent?.sql
  return { message: refusal ?? message, ...(typeof statement === 'string' ? { statement } : {}) }
}
