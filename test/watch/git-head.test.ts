/** Which branch is checked out, in every kind of working tree that git makes. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import { expect, test } from 'vitest'
import { branchOf, findGitHead } from '../../src/watch/git-head.ts'
import { git, initGit } from '../git.ts'
import { tempFolder } from '../temp-folder.ts'

test('a repository, a folder below it, a branch with a slash, packed refs, a detached HEAD, a linked worktree', () => {
  const root = tempFolder()
  const below = join(root, 'packages/forge')
  mkdirSync(below, { recursive: true })
  initGit(root)
  expect([branchOf(root), branchOf(below)]).toEqual(['main', 'main'])
  expect(findGitHead(below)).toBe(join(root, '.git/HEAD'))
  git(root, 'checkout', '--quiet', '-b', 'feature/cool')
  expect(branchOf(below)).toBe('feature/cool')
  git(root, 'pack-refs', '--all')
  git(root, 'checkout', '--quiet', 'main')
  expect(branchOf(below)).toBe('main')
  const linked = join(tempFolder(), 'linked')
  git(root, 'worktree', 'add', '--quiet', linked, 'feature/cool')
  expect([branchOf(linked), branchOf(root)]).toEqual(['feature/cool', 'main'])
  expect(findGitHead(linked)).toBe(join(root, '.git/worktrees/linked/HEAD'))
  git(root, 'checkout', '--quiet', '--detach')
  expect(branchOf(root)).toBe(git(root, 'rev-parse', 'HEAD').slice(0, 7))
})

test('no git, a repository without a commit, and files that only look like one', () => {
  const root = tempFolder()
  // Whatever the folders above belong to: at the top there is none.
  const top = parse(root).root
  expect([findGitHead(top), branchOf(top)]).toEqual([null, null])
  git(root, 'init', '--quiet', '--initial-branch=main')
  expect(branchOf(root)).toBe('main')
  writeFileSync(join(root, '.git/HEAD'), 'nothing that git writes')
  expect(branchOf(root)).toBeNull()
  rmSync(join(root, '.git'), { recursive: true })
  writeFileSync(join(root, '.git'), 'gitdir: nowhere\n')
  expect(branchOf(root)).toBeNull()
})
