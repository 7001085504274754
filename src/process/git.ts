/** How git is asked. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DevdbError } from '../error.ts'

/** Asks git, in one working tree. */
export interface Git {
  /** The top folder of the working tree, absolute. */
  readonly top: string
  /**
   * Runs a git command there.
   * @returns what it printed
   * @throws DevdbError `git-failed`, `interrupted`
   */
  run(...words: readonly string[]): Promise<string>
  /** Runs one that prints paths with -z. @returns them, absolute; a folder ends with a slash */
  paths(...words: readonly string[]): Promise<readonly string[]>
}

/** Some outputs name every file of a project. */
const maxBytes = 256 * 1024 * 1024

/**
 * Finds the working tree that a folder lies in: the nearest one, also in linked worktrees and submodules.
 * @param folder absolute path
 * @param signal ends git
 * @param more environment for it
 * @throws DevdbError `git-failed` outside of any working tree
 */
export function openGit(folder: string, signal: AbortSignal, more: Readonly<Record<string, string>> = {}): Git {
  const top = topOf(folder)
  // In a hook git says itself where it is, in words that are true in the hook's own folder only; what it found is found again from the top.
  // What is to be committed may be another index than the usual one: https://git-scm.com/docs/githooks
  const { GIT_DIR, GIT_WORK_TREE, GIT_PREFIX, ...kept } = process.env
  // Nothing but looking: not even the index is refreshed.
  const env = { ...kept, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', ...more }
  const run = (...words: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile('git', words, { cwd: top, env, signal, maxBuffer: maxBytes }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else if (signal.aborted) reject(new DevdbError('interrupted', 'cancelled'))
        else reject(failed(error, stderr, words, top))
      })
    })
  return {
    top,
    run,
    async paths(...words) {
      const printed = await run(...words)
      return printed
        .split('\0')
        .filter((path) => path !== '')
        .map((path) => `${top}/${path}`)
    },
  }
}

function topOf(folder: string): string {
  for (let here = folder; ; here = dirname(here)) {
    if (existsSync(join(here, '.git'))) return here
    if (dirname(here) === here) break
  }
  throw new DevdbError('git-failed', `${folder} lies in no git repository`, { hint: `git -C '${folder}' init` })
}

function failed(error: Error, stderr: string, words: readonly string[], top: string): DevdbError {
  const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
  const [reason = error.message] = stderr.trim().split('\n')
  return new DevdbError('git-failed', isAbsent ? 'git is not installed' : `git ${words[0]} failed: ${reason}`, {
    hint: isAbsent ? 'git --version' : `git -C '${top}' status`,
    cause: error,
  })
}
