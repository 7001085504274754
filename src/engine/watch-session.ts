/** A watch from start to end: one project at a time, reopened when its configuration changes, waiting while that is broken. */
import { dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import { type Problem, toProblem } from '../error.ts'
import type { Store } from '../event/store.ts'
import { createBatch, systemClock } from '../watch/batch.ts'
import { createWatcher, type Watcher } from '../watch/watcher.ts'
import { callWorker } from '../worker/call-worker.ts'
import type { Call } from '../worker/session.ts'
import type { Engine } from './engine.ts'
import { fileStates } from './inputs.ts'
import { acquireLock } from './lock.ts'
import { claimFolder } from './own-folder.ts'
import { openProject } from './project.ts'
import { watchLoading } from './read-config.ts'
import { type WatchedProject, watchProject } from './watch-project.ts'

/** What a session needs. */
export interface WatchSetting {
  /** The configuration file, absolute. */
  readonly file: string
  readonly store: Store
  readonly version: string
  /** Starts the log. @returns ends it */
  openLog(config: Pick<Config, 'folder'>): Promise<() => Promise<void>>
}

/** A running session. */
export interface WatchSession {
  /** The engine of the project as it is configured now; null while the configuration is broken. */
  engine(): Engine | null
  rebuild(reason: string): void
  /** Cancels a build, lets a change of dev come to its end. */
  close(reason: string): Promise<void>
  /** Ends even a change of dev, which then stays as it was: the last resort of somebody who presses Ctrl-C again. */
  stop(): void
}

const configTimeoutMs = 30_000

/** How long a job of a watch waits for a one-shot command, in milliseconds: it has time. */
const lockWaitMs = 24 * 60 * 60 * 1000

/**
 * Starts a session; what is loaded and built is told by events. A broken configuration does not end it.
 * @throws DevdbError `already-watching`
 */
export async function watchSession({ file, store, version, openLog }: WatchSetting): Promise<WatchSession> {
  const root = dirname(file)
  const folder = join(root, '.devdb')
  claimFolder(folder)
  const release = await acquireLock({ folder, name: 'watch', command: 'devdb watch', waitMs: 0 })
  const closeLog = await openLog({ folder })
  store.emit('session-started', { version, command: 'watch', root, pid: process.pid })

  const report = (error: unknown): void => store.emit('problem-raised', { problem: toProblem(error) })
  const closing = new AbortController()
  const stopping = new AbortController()
  let watched: WatchedProject | null = null
  let mending: Mending | null = null
  let reloading: Promise<void> = Promise.resolve()

  const reload = async (): Promise<void> => {
    await mending?.close()
    mending = null
    await watched?.close()
    watched = null
    const startedAt = Date.now()
    const conclude = watchLoading(file)
    const call = await loadInChild(file, root, store, closing.signal)
    if (call === null) return
    const files = [...new Set([file, ...call.files])]
    if ('problem' in call.outcome) {
      mending = await waitForMending(files, reloadSoon)
      store.emit('config-failed', { problem: asConfigProblem(call.outcome.problem, file) })
      if (await isAnyNewer(files, startedAt)) reloadSoon()
      return
    }
    // The file itself too, which is read as text when it is JSON.
    const config: Config = { ...call.outcome.result, files }
    await conclude(config, store)
    store.emit('config-loaded', {
      project: config.project,
      file: config.file,
      throwaway: config.throwaway.label,
      dev: config.dev.label,
      steps: config.steps.map(({ name }) => name),
    })
    try {
      watched = watchProject(openProject(config, store, 'devdb watch', lockWaitMs), reloadSoon, stopping.signal)
      await watched.start()
    } catch (error) {
      // The next save of the configuration tries again.
      await watched?.close()
      watched = null
      mending = await waitForMending(files, reloadSoon)
      throw error
    }
    if (await isAnyNewer(files, startedAt)) reloadSoon()
  }
  const reloadSoon = (): void => {
    reloading = reloading.then(() => (closing.signal.aborted ? undefined : reload())).catch(report)
  }

  reloadSoon()
  return {
    engine: () => watched?.engine ?? null,
    rebuild: (reason) => void watched?.engine.build(reason).catch(() => undefined),
    async close(reason) {
      closing.abort()
      const ends = [
        () => reloading,
        () => mending?.close(),
        () => watched?.close(),
        () => store.emit('session-ended', { reason }),
        closeLog,
        release,
      ]
      // What fails to end must not keep the others.
      for (const end of ends) await Promise.resolve().then(end).catch(report)
    },
    stop: () => stopping.abort(),
  }
}

async function loadInChild(
  file: string,
  root: string,
  store: Store,
  signal: AbortSignal,
): Promise<Call<Config> | null> {
  try {
    return await callWorker(
      'load-config',
      { file },
      {
        root,
        cwd: root,
        env: process.env,
        signal,
        timeoutMs: configTimeoutMs,
        emit: store.emit,
        onLine: (line) => store.emit('output-captured', { source: 'configuration', line }),
      },
    )
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}

/** How much older than the clock a file's time of change may be, in milliseconds: the kernel rounds it down to its own tick. */
const tickMs = 20

/** Whether a file was saved after its reading began, when nobody watched it yet. */
async function isAnyNewer(files: readonly string[], startedAt: number): Promise<boolean> {
  const states = await fileStates(files)
  return [...states.values()].some(({ hash, changedAt }) => hash !== null && changedAt > startedAt - tickMs)
}

/** The child speaks of models, whatever code it loads. */
function asConfigProblem(problem: Problem, file: string): Problem {
  if (!problem.code.startsWith('model-') && problem.code !== 'worker-died') return problem
  return { file, ...problem, code: 'config-failed', message: `the configuration does not load: ${problem.message}` }
}

interface Mending {
  close(): Promise<void>
}

/** Watches the files of a broken configuration until one of them is saved. */
async function waitForMending(files: readonly string[], onSave: () => void): Promise<Mending> {
  const wanted = new Set(files)
  const batch = createBatch({
    settleMs: 30,
    mostSettleMs: 30,
    unfinishedMs: 150,
    maxMs: 1000,
    clock: systemClock,
    onBatch: onSave,
  })
  const watcher: Watcher = createWatcher((path, isUnfinished) => batch.add(path, isUnfinished))
  await watcher.set({ files: wanted, folders: new Set() })
  return {
    async close() {
      batch.close()
      await watcher.close()
    },
  }
}
