/** Where the dev database stands: applied, pending, missing, out of order. */
import { Umzug, type UmzugStorage } from 'umzug'
import type { MigrationStatus } from '../event/event.ts'
import { bareName, inNameOrder, type MigrationFile } from './migration-folder.ts'

/**
 * Compares the files with the meta table. What is pending Umzug says; what was applied but has no file any more Umzug forgets
 * (v3.8: it is in neither `executed()` nor `pending()`), so the meta table's own names are read beside it.
 * @param files the migration files, in name order
 * @param logged the meta table's names, in order of application
 * @returns applied and missing ones in order of application, then pending ones in name order
 */
export async function readBoard(
  files: readonly MigrationFile[],
  logged: readonly string[],
): Promise<readonly MigrationStatus[]> {
  const fileOf = new Map(files.map((file) => [bareName(file.name), file.name]))
  const umzug = new Umzug({
    migrations: files.map(({ name, path }) => ({ name, path, up: async () => undefined })),
    storage: readOnlyStorage(logged.map((name) => fileOf.get(bareName(name)) ?? name)),
    logger: undefined,
  })
  const pending = (await umzug.pending()).map(({ name }) => name)
  const last = logged.map(String).sort(inNameOrder).at(-1)
  return [
    ...logged.map((name): MigrationStatus => {
      const file = fileOf.get(bareName(name))
      return { name: file ?? name, state: file === undefined ? 'missing' : 'applied', outOfOrder: false }
    }),
    ...pending.map(
      (name): MigrationStatus => ({
        name,
        state: 'pending',
        outOfOrder: last !== undefined && inNameOrder(name, last) < 0,
      }),
    ),
  ]
}

const readOnlyStorage = (executed: readonly string[]): UmzugStorage => ({
  executed: async () => [...executed],
  logMigration: async () => undefined,
  unlogMigration: async () => undefined,
})
