/** When do the commands of `hooks` run? One after another, beside the queue: no build and no change of dev waits for them. */
import { performance } from 'node:perf_hooks'
import { environmentFor, type HookMoment } from '../config/config.ts'
import { type Problem, toProblem } from '../error.ts'
import { withEither } from '../process/with-either.ts'
import { runCommand } from '../seed/run-command.ts'
import type { RunStep } from '../seed/step.ts'
import { guarded } from './dev-guard.ts'
import { isSnapshotDue, snapshotBeforeCode } from './first-snapshot.ts'
import type { Project } from './project.ts'
import { hookRunner } from './runners.ts'
import { withLock } from './with-lock.ts'

/** The hooks of one engine. */
export interface Hooking {
  /** A build begins: the hooks of the one before are ended, and run again afterwards, however that ends. */
  makeWay(): void
  /** A build has come to its end; after one that made another throwaway the hooks run. */
  afterBuild(hasChanged: boolean): void
  /** An upgrade of dev has applied something. */
  afterUpgrade(): void
  /** Resolves when no hook runs. */
  idle(): Promise<void>
  /** Ends those that run. */
  close(): Promise<void>
}

/**
 * Makes the hooks of an engine.
 * @param project the project
 * @param stop ends them
 */
export function createHooking(project: Project, stop: AbortSignal): Hooking {
  const closing = new AbortController()
  const ended = AbortSignal.any([closing.signal, stop])
  let count = 0
  let building = new AbortController()
  /** Whether the throwaway is one that the hooks have not seen to their end. */
  let isOwed = false
  let builds: Promise<void> = Promise.resolve()
  let upgrades: Promise<void> = Promise.resolve()

  const runAll = async (moment: HookMoment, signal: AbortSignal): Promise<void> => {
    for (const hook of project.config.hooks[moment]) {
      if (signal.aborted) return
      count += 1
      await runHook(project, hook, moment, count, signal)
    }
  }

  return {
    makeWay: () => building.abort(),
    afterBuild(hasChanged) {
      isOwed ||= hasChanged
      if (!isOwed || project.config.hooks.afterBuild.length === 0) return
      building.abort()
      building = new AbortController()
      const { signal } = building
      builds = builds.then(async () => {
        await withEither(signal, ended, (either) => runAll('afterBuild', either))
        if (!signal.aborted) isOwed = false
      })
    },
    afterUpgrade() {
      upgrades = upgrades.then(() => runAll('afterUpgrade', ended))
    },
    async idle() {
      await Promise.all([builds, upgrades])
    },
    async close() {
      closing.abort()
      await Promise.all([builds, upgrades])
    },
  }
}

/** One that fails is told, and that is all. */
async function runHook(
  project: Project,
  hook: RunStep,
  moment: HookMoment,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const { config, store } = project
  const emit = store.emitFor(`hook-${count}`)
  const startedAt = performance.now()
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  const target = moment === 'afterBuild' ? config.throwaway : config.dev
  emit('hook-started', { hook: hook.name, after: moment === 'afterBuild' ? 'build' : 'upgrade' })
  try {
    const onLine = (line: string): void => emit('hook-output', { hook: hook.name, line })
    const env = environmentFor(config, target, hook.env)
    await runBeside(project, hook.name, signal, () => runCommand(hook, { cwd: config.cwd, env, signal, onLine }))
    emit('hook-finished', { hook: hook.name, ms: elapsed() })
  } catch (error) {
    if (signal.aborted) emit('hook-cancelled', { hook: hook.name, ms: elapsed() })
    else emit('hook-failed', { hook: hook.name, ms: elapsed(), problem: asHookProblem(toProblem(error), moment) })
  }
}

/** Beside the queue, without the lock: no other devdb is kept waiting for a hook. */
async function runBeside(project: Project, name: string, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
  if (await isSnapshotDue(project))
    await withLock(project, signal, project.store.emit, () => snapshotBeforeCode(project))
  await guarded(project, hookRunner(name), run)
}

/** What runs a hook runs steps, too, and speaks of them. */
const asHookProblem = (problem: Problem, moment: HookMoment): Problem => ({
  ...problem,
  code: 'hook-failed',
  message: problem.message.replace(/^step /, `hooks.${moment}: `),
})
