/** Did the configuration, where it is code, reach dev? Which database is dev is only known afterwards: the one of last time is looked at. */
import { dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import { importConfig } from '../config/import-config.ts'
import { createStore, type Store } from '../event/store.ts'
import { fileStamp } from '../process/file-stamp.ts'
import { reportTouch } from './dev-guard.ts'
import { guardedFiles } from './first-snapshot.ts'
import { lookAtProject } from './project.ts'
import { configRunner } from './runners.ts'

/**
 * Loads a configuration in this process, as `importConfig` does.
 * @param file absolute path
 * @throws DevdbError as `loadConfig`
 */
export async function readConfig(file: string): Promise<Config> {
  const conclude = watchLoading(file)
  const config = await importConfig(file)
  await conclude(config, createStore())
  return config
}

/**
 * Looks at dev before a configuration is loaded.
 * @param file the configuration file, absolute
 * @returns looks again, and reports where dev changed
 */
export function watchLoading(file: string): (config: Config, store: Store) => Promise<void> {
  if (file.endsWith('.json')) return async () => undefined
  const since = Date.now()
  const files = guardedFiles(join(dirname(file), '.devdb'))
  const before = fileStamp(files)
  return async (config, store) => {
    if (fileStamp(files) === before) return
    const project = lookAtProject(config, store, 'devdb', 0)
    await reportTouch(project, [configRunner], since)
  }
}
