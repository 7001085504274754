/** What runs now and what waits: at most one job at a time, the newest build wins, and a change of dev is never aborted. */

/** A piece of work. A build and a comparison may be aborted and run again; a change goes to its end. */
export interface Job {
  readonly kind: 'build' | 'compare' | 'change'
  run(signal: AbortSignal): Promise<void>
}

/** The queue of one engine. */
export interface Queue {
  /**
   * Adds a job. Changes go first, then the build, then the comparison; of the latter two the newest replaces the one that waits.
   * A build aborts the build or comparison that runs. A change aborts them too, and they are run again afterwards.
   */
  push(job: Job): void
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>
  /** Takes no more jobs, aborts what may be aborted, and resolves when the running change has come to its end. */
  close(): Promise<void>
}

/** Makes an empty queue. Jobs must not reject: what goes wrong is theirs to report. */
export function createQueue(): Queue {
  const changes: Job[] = []
  const waiting: { build: Job | null; compare: Job | null } = { build: null, compare: null }
  let running: { readonly job: Job; readonly controller: AbortController } | null = null
  let loop: Promise<void> = Promise.resolve()
  let isClosed = false

  const next = (): Job | null => {
    const kind = waiting.build === null ? 'compare' : 'build'
    const job = changes.shift() ?? waiting[kind]
    if (job !== null && job.kind !== 'change') waiting[job.kind] = null
    return job
  }

  const runAll = async (): Promise<void> => {
    for (let job = next(); job !== null; job = next()) {
      running = { job, controller: new AbortController() }
      await job.run(running.controller.signal)
      running = null
    }
  }

  /** Makes way for a job, where what runs may be aborted for it. */
  const makeWay = (job: Job): void => {
    if (running === null || running.job.kind === 'change') return
    const isNewer = job.kind === 'build' || job.kind === running.job.kind
    if (!isNewer && job.kind !== 'change') return
    if (job.kind === 'change' && !running.controller.signal.aborted) waiting[running.job.kind] ??= running.job
    running.controller.abort()
  }

  return {
    push(job) {
      if (isClosed) return
      if (job.kind === 'change') changes.push(job)
      else waiting[job.kind] = job
      // A build is followed by a comparison of its own.
      if (job.kind === 'build') waiting.compare = null
      if (running === null) loop = runAll()
      else makeWay(job)
    },
    async idle() {
      while (running !== null) await loop
    },
    async close() {
      isClosed = true
      changes.length = 0
      Object.assign(waiting, { build: null, compare: null })
      if (running !== null && running.job.kind !== 'change') running.controller.abort()
      while (running !== null) await loop
    },
  }
}
