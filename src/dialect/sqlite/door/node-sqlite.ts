/** The door at Node's own driver. https://nodejs.org/api/sqlite.html */
import { fileURLToPath } from 'node:url'
import { constructedWith, keepSql, type Rules } from './native-drivers.ts'
import { openingOf } from './opened-file.ts'

interface NodeSqlite {
  DatabaseSync: { new (...values: unknown[]): object; readonly prototype: object }
  backup?: (database: unknown, path: unknown, ...rest: unknown[]) => unknown
}

/**
 * Changes the driver of this process, where its Node has one. To load it takes a millisecond, and Node's note that it is experimental
 * would be shown to people who do not use it.
 * @param rules the rules of this process
 */
export function keepInNodeSqlite(rules: Rules): void {
  const driver = loadQuietly()
  if (driver === null) return
  const { DatabaseSync, backup } = driver
  keepSql(DatabaseSync.prototype, ['exec', 'prepare'], rules)
  driver.DatabaseSync = constructedWith(DatabaseSync, ([name, options, ...rest]) => {
    const opening = openingOf(asText(name), rules())
    if (opening === null) return [name, ...(options === undefined ? [] : [options]), ...rest]
    const access = opening.isReadOnly ? { readOnly: true } : {}
    return [opening.name, { ...(options as object | undefined), ...access }, ...rest]
  })
  if (backup !== undefined)
    driver.backup = (database, path, ...rest) =>
      backup(database, openingOf(asText(path), rules())?.name ?? path, ...rest)
}

function loadQuietly(): NodeSqlite | null {
  const { emitWarning } = process
  const { getBuiltinModule } = process as { getBuiltinModule?: (name: string) => unknown }
  try {
    process.emitWarning = () => undefined
    return (getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined) ?? null
  } catch {
    return null
  } finally {
    process.emitWarning = emitWarning
  }
}

/** A name may be a text, a URL or the bytes of a path. */
function asText(name: unknown): string {
  if (name instanceof URL) return name.protocol === 'file:' ? fileURLToPath(name) : name.href
  return Buffer.isBuffer(name) || name instanceof Uint8Array ? Buffer.from(name).toString() : String(name)
}
