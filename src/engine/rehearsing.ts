/** When a watch rehearses: after a migration, dev's schema or its applied set changed; rows alone only make the result older. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { type Problem, toProblem } from '../error.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { devStamp } from './dev-stamp.ts'
import { pendingAmong, pendingFiles } from './pending-files.ts'
import type { Project } from './project.ts'
import type { Job } from './queue.ts'
import type { DevPosition } from './read-dev-board.ts'
import { rehearse } from './rehearse.ts'
import { withLock } from './with-lock.ts'

/** The rehearsals of a watch; what they find arrives as events. */
export interface Rehearsing {
  /**
   * Looks whether what was rehearsed is still what is there, and asks for a rehearsal where it is not.
   * @param position where dev stands now
   */
  look(position: DevPosition): Promise<void>
  /** Rehearses now, whatever the size of dev. */
  start(): void
  /** Rehearses anew where rows were written since. @returns the problem of a migration that would fail now */
  renew(): Promise<Problem | null>
}

/** What it needs of its engine. */
export interface RehearsingSetting {
  readonly project: Project
  push(job: Job): void
}

/** Makes the rehearsals of an engine. */
export function createRehearsing({ project, push }: RehearsingSetting): Rehearsing {
  const { config, dialect, store } = project
  /** What the last result is true of. */
  let known: { readonly key: string; readonly stamp: string; isOlder: boolean } | null = null
  let isAllowed = false

  const run = async (signal: AbortSignal): Promise<Problem | null> => {
    const startedAt = performance.now()
    const files = await pendingFiles(project, 'head', signal)
    const key = await keyOf(files)
    const stamp = devStamp(project)
    if (files.length === 0) {
      known = { key, stamp, isOlder: false }
      store.emit('rehearsal-finished', { ms: 0 })
      return null
    }
    store.emit('rehearsal-started', { migrations: files.map(({ name }) => name) })
    const rehearsed = await rehearse(project, files, signal, ({ statements: _, ...one }) =>
      store.emit('migration-rehearsed', { rehearsed: one }),
    )
    known = { key, stamp, isOlder: false }
    store.emit('rehearsal-finished', { ms: Math.round(performance.now() - startedAt) })
    tellOlder(devStamp(project))
    return rehearsed.find(({ up }) => up.problem !== null)?.up.problem ?? null
  }

  /** Rows that were written while it ran count, too. */
  const tellOlder = (stamp: string): void => {
    if (known === null || known.stamp === stamp || known.isOlder) return
    known.isOlder = true
    store.emit('rehearsal-outdated', {})
  }

  const job = (kind: Job['kind'], done: (problem: Problem | null) => void): Job => ({
    kind,
    run: async (signal) => {
      try {
        done(await withLock(project, signal, store.emit, () => run(signal)))
      } catch (error) {
        if (signal.aborted) return 'aborted'
        const problem = toProblem(error)
        store.emit('rehearsal-failed', { problem })
        done(problem)
      }
      return 'done'
    },
  })

  return {
    async look(position) {
      const { signal } = new AbortController()
      const files = await pendingAmong(project, position, 'head', signal).catch(() => null)
      // What cannot be read is told with the board.
      if (files === null) return
      const [key, stamp] = [await keyOf(files).catch(() => ''), devStamp(project)]
      if (known?.key === key) {
        if (files.length > 0) tellOlder(stamp)
        return
      }
      const bytes = sizeOf(project)
      if (files.length > 0 && bytes > config.rehearsalMaxBytes && !isAllowed) {
        known = { key, stamp, isOlder: false }
        store.emit('rehearsal-waiting', { bytes })
        return
      }
      push(job('rehearse', () => undefined))
    },
    start() {
      isAllowed = true
      push(job('rehearse', () => undefined))
    },
    renew() {
      if (known?.isOlder !== true) return Promise.resolve(null)
      return new Promise((resolve) => push(job('change', resolve)))
    },
  }

  /** Of the files that would run, dev's schema, and what is applied. */
  async function keyOf(files: readonly MigrationFile[]): Promise<string> {
    const hash = createHash('sha1')
    for (const { name, path } of files) hash.update(name).update(readFileSync(path))
    return hash.update((await dialect.exists(config.dev)) ? await dialect.schemaToken(config.dev) : '').digest('hex')
  }
}

const sizeOf = ({ dialect, config }: Project): number =>
  dialect.filesOf(config.dev).reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
