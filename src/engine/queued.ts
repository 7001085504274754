/** How a caller waits for a change that stands in the queue. */
import type { Job } from './queue.ts'

/**
 * A job whose caller waits for more than its end.
 * @param run what it does
 * @param reject gets what it throws, which the queue reports too
 */
export const orReject =
  <Result>(run: (signal: AbortSignal) => Promise<Result>, reject: (error: unknown) => void) =>
  (signal: AbortSignal): Promise<Result> =>
    run(signal).catch((error: unknown) => {
      reject(error)
      throw error
    })

/**
 * Adds a change to the queue.
 * @param push adds it
 * @param run what it does
 * @returns what it comes to; it rejects with what the change throws, which the queue reports too
 */
export const queued = <Result>(
  push: (job: Job) => void,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> =>
  new Promise((resolve, reject) =>
    push({
      kind: 'change',
      run: orReject(async (signal) => {
        resolve(await run(signal))
        return 'done' as const
      }, reject),
    }),
  )
