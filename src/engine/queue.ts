/** What runs now and what waits: at most one job at a time, the newest build wins, and a change of dev is never aborted. */

/** A piece of work. A build may be aborted and run again; a change goes to its end. */
export interface Job {
  readonly kind: 'build' | 'change'
  /** Resolves to `aborted` when the signal ended it before it came to its end. */
  run(signal: AbortSignal): Promise<'done' | 'aborted'>
}

/** The queue of one engine. */
export interface Queue {
  /**
   * Adds a job. A build replaces the build that waits and aborts the one that runs. A change goes before waiting builds and aborts a running
   * one, which is run again afterwards.
   */
  push(job: Job): void
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>
  /** Takes no more jobs, aborts a build, and resolves when the running change has come to its end. */
  close(): Promise<void>
}

/** Makes an empty queue. Jobs must not reject: what goes wrong is theirs to report. */
export function createQueue(): Queue {
  const changes: Job[] = []
  let build: Job | null = null
  let running: { readonly job: Job; readonly controller: AbortController } | null = null
  let loop: Promise<void> = Promise.resolve()
  let isClosed = false

  const next = (): Job | null => {
    const change = changes.shift()
    if (change !== undefined) return change
    const waiting = build
    build = null
    return waiting
  }

  const runAll = async (): Promise<void> => {
    for (let job = next(); job !== null; job = next()) {
      running = { job, controller: new AbortController() }
      const end = await job.run(running.controller.signal).finally(() => {
        running = null
      })
      if (end === 'aborted' && !isClosed) build ??= job
    }
  }

  return {
    push(job) {
      if (isClosed) return
      if (job.kind === 'change') changes.push(job)
      else build = job
      if (running === null) loop = runAll()
      else if (running.job.kind === 'build') running.controller.abort()
    },
    async idle() {
      while (running !== null) await loop
    },
    async close() {
      isClosed = true
      changes.length = 0
      build = null
      if (running?.job.kind === 'build') running.controller.abort()
      while (running !== null) await loop
    },
  }
}
