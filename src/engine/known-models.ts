/**
 * What models were, by the files that they were loaded from: whoever goes back to files of before need not wait until they are loaded. Their code
 * may have read something else besides, so they are loaded afterwards all the same, and looked at.
 */
import type { Building } from './building.ts'
import type { KnownModels } from './definition.ts'
import { fileStates } from './inputs.ts'
import { type Contents, contentsDuring } from './layer-plan.ts'

/** How many are kept: going back and forth is between a few. */
const keptAtMost = 8

/**
 * Finds models that were loaded from files which are as they were when this build began.
 * @param building what is built; learns what is in their files
 * @param files the model files
 * @returns null where there are none
 */
export async function findKnownModels(building: Building, files: readonly string[]): Promise<KnownModels | null> {
  const { before, project } = building
  for (const known of project.models.toReversed()) {
    if (known.files.join('\0') !== files.join('\0')) continue
    const fresh = known.loaded.filter((file) => !before.has(file))
    for (const [file, state] of await fileStates(fresh)) before.set(file, state)
    if (!known.loaded.every((file) => (before.get(file)?.hash ?? 'absent') === known.contents[file])) continue
    makeNewest(project.models, known)
    return known
  }
  return null
}

/**
 * Keeps the models of a build as the newest that are known.
 * @param building a build that has come to its end; what it loaded was as it was before
 */
export async function keepModels({ models, before, startedAt, project }: Building): Promise<void> {
  if (models === null) return
  const isOld = (file: string): boolean => before.has(file)
  // A file that was not known before may have been written while it was loaded.
  const fresh = await contentsDuring(
    models.loaded.filter((file) => !isOld(file)),
    before,
    startedAt,
  )
  if (fresh === null) return
  const old = models.loaded.filter(isOld).map((file) => [file, before.get(file)!.hash ?? 'absent'])
  const contents: Contents = { ...Object.fromEntries(old), ...fresh }
  makeNewest(project.models, { ...models, contents })
}

function makeNewest(models: KnownModels[], newest: KnownModels): void {
  const text = JSON.stringify(newest.contents)
  const others = models.filter(({ contents }) => JSON.stringify(contents) !== text)
  models.splice(0, models.length, ...others.slice(1 - keptAtMost), newest)
}
