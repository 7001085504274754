/** Which branch is checked out? Read from git's own files, so that nothing is started for it, and no git need be installed. */
import { readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/**
 * The HEAD file of the working tree that a folder lies in; git replaces it by a rename whenever another branch is checked out.
 * In a linked worktree, and in a submodule, `.git` is a file that names the folder: https://git-scm.com/docs/gitrepository-layout
 * @param folder absolute path
 * @returns null outside of any working tree
 */
export function findGitHead(folder: string): string | null {
  const git = join(folder, '.git')
  const status = statSync(git, { throwIfNoEntry: false })
  if (status?.isDirectory()) return join(git, 'HEAD')
  const linked = status?.isFile() ? /^gitdir: (.+)$/m.exec(readText(git) ?? '')?.[1] : undefined
  if (linked !== undefined) return join(resolve(folder, linked.trim()), 'HEAD')
  const above = dirname(folder)
  return above === folder ? null : findGitHead(above)
}

/** How much of a commit's name is shown. */
const shortCommit = 7

/**
 * The branch that a HEAD file names. Where the branch's own commit is kept, loose or packed, does not matter.
 * @param head see `findGitHead`
 * @returns its name; the beginning of the commit's where none is checked out; null where the file cannot be read
 */
export function readBranch(head: string): string | null {
  const text = readText(head)?.trim() ?? ''
  const branch = /^ref: (?:refs\/heads\/)?(.+)$/.exec(text)?.[1]
  if (branch !== undefined) return branch
  return /^[0-9a-f]{40,64}$/.test(text) ? text.slice(0, shortCommit) : null
}

/**
 * The branch that a folder is on.
 * @param folder absolute path
 * @returns see `readBranch`; null outside of any working tree
 */
export function branchOf(folder: string): string | null {
  const head = findGitHead(folder)
  return head === null ? null : readBranch(head)
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
