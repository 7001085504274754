/** What is said where the throwaway is built from the migrations: tables do not tell what the models need then. */
import type { Config } from '../config/config.ts'
import { DevdbError } from '../error.ts'

/**
 * Says that models and migrations cannot be compared, where the throwaway is built from the migrations.
 * @throws DevdbError `models-not-compared`
 */
export function assertComparable({ builtFrom, file }: Config): void {
  if (builtFrom === 'models') return
  throw new DevdbError('models-not-compared', notCompared.replace(/^W/, 'w'), {
    file,
    hint: 'write the migration yourself: devdb generate --empty -m MESSAGE; or take throwaway.from out of the configuration',
  })
}

/** What is said where it is no failure. */
export const notCompared =
  'What the models need is not known: the throwaway is built from the migrations (throwaway.from)'
