/** What to do where a migration failed because of a trigger or a view that does not work: the migration is not at fault. */

import type { Dialect } from '../dialect/dialect.ts'
import { DevdbError } from '../error.ts'

/**
 * Names the trigger or view in the error, with the way out.
 * @param dialect whose words the message is in
 * @param error why a migration failed
 * @returns the same where nothing of the kind is to blame
 */
export function blameBroken({ blamedObject }: Pick<Dialect, 'blamedObject'>, error: DevdbError): DevdbError {
  const object = blamedObject(error.message)
  if (object === null) return error
  const { type, name, reason, isBefore } = object
  const label = `${type} ${name}`
  if (!isBefore)
    return new DevdbError(error.code, error.message, {
      ...error.parts,
      hint: `let this migration drop or change ${label} first`,
      cause: error,
    })
  const migration = error.parts.migration === undefined ? '' : `${error.parts.migration}: `
  const message = `${migration}${label} does not work (${reason}), and while it is there nothing can be renamed or dropped`
  const command =
    type === 'view' ? `devdb drift --take-back view:${name}` : 'devdb drift, then devdb drift --take-back NAME'
  return new DevdbError(error.code, message, {
    ...error.parts,
    hint: `drop it in a migration, or where no migration made it: ${command}`,
    cause: error,
  })
}
