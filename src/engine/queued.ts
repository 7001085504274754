/** How a caller waits for a change that stands in the queue. */
import type { Job } from './queue.ts'

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
      async run(signal) {
        try {
          resolve(await run(signal))
        } catch (error) {
          reject(error)
          throw error
        }
        return 'done'
      },
    }),
  )
