/** Real git in a folder of a test, whatever the machine's own settings are. */
import { execFileSync } from 'node:child_process'

/** Runs git there. @returns what it printed */
export const git = (folder: string, ...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=doe', '-c', 'user.email=doe@example.com', '-c', 'gc.auto=0', ...words], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  }).trim()

/** Makes a repository whose branch `main` holds all that is in the folder. */
export function initGit(folder: string): void {
  git(folder, 'init', '--quiet', '--initial-branch=main')
  commitAll(folder)
}

/** Commits everything. */
export function commitAll(folder: string): void {
  git(folder, 'add', '--all')
  git(folder, 'commit', '--quiet', '--allow-empty', '--message=all')
}
