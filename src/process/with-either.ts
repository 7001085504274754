/** How work is cancelled by either of two. */

/**
 * Runs work with a signal that comes when either of two signals does. `AbortSignal.any` leaves something in the one that lives on for each that
 * was made of it, in Node 20 for as long as the process runs.
 * @param one a signal
 * @param other another
 * @param work what to do
 * @returns what the work gives
 */
export async function withEither<Result>(
  one: AbortSignal,
  other: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const either = new AbortController()
  const abort = (): void => either.abort()
  if (one.aborted || other.aborted) abort()
  for (const signal of [one, other]) signal.addEventListener('abort', abort)
  try {
    return await work(either.signal)
  } finally {
    for (const signal of [one, other]) signal.removeEventListener('abort', abort)
  }
}
