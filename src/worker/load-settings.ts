/** Settings of the project that are functions: they cannot be sent to this process, so that it reads them where they are written. */
import { defaultExport } from '../config/default-export.ts'
import { registerPublicDoor } from '../config/user-code-loader.ts'
import type { TargetSettings } from '../database/target.ts'
import { readTarget } from '../dialect/find-dialect.ts'
import { knowSettings } from '../model/load-sequelize.ts'

let isOpen = false

/**
 * Loads them, once for each configuration file.
 * @param settings of the database that an operation is for
 * @param root the user's project
 * @param importFile imports a file of the user's
 */
export async function loadSettings(
  { settingsFile }: TargetSettings,
  root: string,
  importFile: (path: string) => Promise<unknown>,
): Promise<void> {
  if (settingsFile === null) return
  if (!isOpen) registerPublicDoor()
  isOpen = true
  const { dev } = defaultExport(await importFile(settingsFile)) as { readonly dev?: unknown }
  const setting: unknown = typeof dev === 'function' ? dev(process.env) : dev
  if (typeof setting === 'object' && setting !== null)
    knowSettings(settingsFile, readTarget(setting as Readonly<Record<string, unknown>>, root).settings)
}
