/** Do statements that the models' code sent while it was loaded wait for their answers? What follows must not run among them. */
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Activity } from '../dialect/dialect.ts'
import { DevdbError } from '../error.ts'

/** How long nothing must be sent, and how long that may take to come, in milliseconds. */
const [quietMs, longestMs] = [40, 5_000] as const

/**
 * Waits until nothing that was begun is under way any more. Where nothing was begun that takes no time.
 * @param activity of the connections of this process
 * @param isUsed whether anything was sent, or is about to be
 * @param file whose code it is likely to be
 * @throws DevdbError `model-failed` where it does not come to an end
 */
export async function waitUntilQuiet(activity: Activity, isUsed: () => boolean, file: string): Promise<void> {
  // What was called, but not awaited, opens its connection in the next turns.
  for (let turn = 0; turn < 3; turn++) await setImmediate()
  if (!isUsed()) return
  const startedAt = performance.now()
  for (let quietSince = startedAt; performance.now() - quietSince < quietMs; ) {
    await setTimeout(5)
    if (activity.isWaiting()) quietSince = performance.now()
    if (performance.now() - startedAt > longestMs)
      throw new DevdbError('model-failed', 'code that the models load keeps sending statements, and comes to no end', {
        file,
        hint: 'start that work where the application is started, not where its models are imported',
      })
  }
}
