/** What `status --fresh` compares now, instead of asking what the last comparison found. Loaded for this alone. */
import { compareModels, readModelSchema } from '../engine/compare-models.ts'
import { findDrift } from '../engine/find-drift.ts'
import { keepDrift } from '../engine/known-drift.ts'
import { keepCurrentNeeds } from '../engine/model-needs.ts'
import { withLock } from '../engine/with-lock.ts'
import type { Change } from '../schema/change.ts'
import { openSession, type SessionOptions } from './session.ts'

/**
 * Compares the models with the migrations, and dev with its own, and keeps what it found.
 * @returns what the models need; null where they are not compared
 * @throws DevdbError when the code of the project fails, or somebody else works on it
 */
export async function freshNeeds(options: SessionOptions): Promise<readonly Change[] | null> {
  const session = await openSession('status --fresh', options, 'abort')
  try {
    const { project, store, signal, config } = session
    const changes = await withLock(project, signal, store.emit, async () => {
      const models = await readModelSchema(project, store.emit, signal)
      const compared = config.builtFrom === 'models' ? await compareModels(project, models, signal) : null
      await keepDrift(project, await findDrift(project, models, signal))
      return compared?.changes ?? null
    })
    if (changes !== null) await keepCurrentNeeds(project, changes)
    return changes
  } finally {
    await session.close()
  }
}
