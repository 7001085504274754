/** What runs now and what waits: at most one job at a time, the newest build wins, and a change of dev is never aborted. */

/** A piece of work. All but a change may be aborted and run again; a change goes to its end. */
export interface Job {
  readonly kind: 'build' | 'compare' | 'draft' | 'verify' | 'drift' | 'rehearse' | 'change'
  /** Resolves to `aborted` when the signal ended it before it came to its end. */
  run(signal: AbortSignal): Promise<'done' | 'aborted'>
}

/** The queue of one engine. */
export interface Queue {
  /**
   * Adds a job. Changes go first, then build, draft, comparison, verification, drift and rehearsal; of these the newest replaces the one that waits.
   * A build aborts whatever of these runs. A change aborts them too, and they are run again afterwards.
   */
  push(job: Job): void
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>
  /** Takes no more jobs, aborts what may be aborted, and resolves when the running change has come to its end. */
  close(): Promise<void>
}

/**
 * Makes an empty queue.
 * @param onDefect gets the error of a job that rejects, which none should: what goes wrong is theirs to report. The next job runs all the same
 */
export function createQueue(onDefect: (error: unknown) => void): Queue {
  const changes: Job[] = []
  const waiting: Record<Exclude<Job['kind'], 'change'>, Job | null> = { ...nothing }
  let running: { readonly job: Job; readonly controller: AbortController } | null = null
  let loop: Promise<void> = Promise.resolve()
  /** From the first job to the last, also between two of them: whoever waited for a job may push the next one right then. */
  let isLooping = false
  let isClosed = false

  const next = (): Job | null => {
    const job =
      changes.shift() ??
      waiting.build ??
      waiting.draft ??
      waiting.compare ??
      waiting.verify ??
      waiting.drift ??
      waiting.rehearse
    if (job !== null && job.kind !== 'change') waiting[job.kind] = null
    return job
  }

  const runAll = async (): Promise<void> => {
    isLooping = true
    for (let job = next(); job !== null; job = next()) {
      running = { job, controller: new AbortController() }
      const end = await runOne(job, running.controller.signal)
      running = null
      // What a build aborted of the one before is not run again: the build is followed by its own.
      const isNeeded = (job.kind !== 'compare' && job.kind !== 'verify') || waiting.build === null
      if (end === 'aborted' && !isClosed && job.kind !== 'change' && isNeeded) waiting[job.kind] ??= job
    }
    isLooping = false
  }

  const runOne = async (job: Job, signal: AbortSignal): Promise<'done' | 'aborted'> => {
    try {
      return await job.run(signal)
    } catch (error) {
      onDefect(error)
      return 'done'
    }
  }

  return {
    push(job) {
      if (isClosed) return
      if (job.kind === 'change') changes.push(job)
      else waiting[job.kind] = job
      if (job.kind === 'build') waiting.compare = waiting.verify = null
      if (!isLooping) loop = runAll()
      else if (running !== null && makesWay(running.job, job)) running.controller.abort()
    },
    async idle() {
      while (isLooping) await loop
    },
    async close() {
      isClosed = true
      changes.length = 0
      Object.assign(waiting, nothing)
      if (running !== null && running.job.kind !== 'change') running.controller.abort()
      while (isLooping) await loop
    },
  }
}

const nothing = { build: null, draft: null, compare: null, verify: null, drift: null, rehearse: null } as const

/**
 * Whether the running job is aborted for another: for a build or a change, for a newer one of its kind, a rehearsal for anything, and a look
 * for drift for anything but that.
 */
const makesWay = (running: Job, job: Job): boolean =>
  running.kind !== 'change' &&
  (job.kind === 'build' ||
    job.kind === 'change' ||
    running.kind === job.kind ||
    running.kind === 'rehearse' ||
    (running.kind === 'drift' && job.kind !== 'rehearse'))
