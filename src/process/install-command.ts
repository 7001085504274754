/** Which package manager does a project use, and how is a package installed with it? */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One of those that are told apart. */
export type Installer = 'npm' | 'pnpm' | 'yarn' | 'bun'

/** What each leaves beside the package.json at the top of a project. */
const lockFiles: readonly (readonly [string, Installer])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['pnpm-workspace.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
]

/**
 * The package manager of a project, by its lock file or the `packageManager` of its package.json, there or above it.
 * @param folder absolute path
 * @returns npm where nothing tells
 */
export function installerOf(folder: string): Installer {
  const named = namedIn(join(folder, 'package.json')) ?? lockFiles.find(([name]) => existsSync(join(folder, name)))?.[1]
  if (named !== undefined) return named
  // A repository is where one project ends.
  const isTop = dirname(folder) === folder || existsSync(join(folder, '.git'))
  return isTop ? 'npm' : installerOf(dirname(folder))
}

/** https://nodejs.org/docs/latest-v20.x/api/packages.html#packagemanager */
function namedIn(file: string): Installer | undefined {
  try {
    const { packageManager } = JSON.parse(readFileSync(file, 'utf8')) as { packageManager?: unknown }
    const name = /^(npm|pnpm|yarn|bun)@/.exec(String(packageManager))?.[1]
    return name as Installer | undefined
  } catch {
    return undefined
  }
}

const verbs = { npm: 'install', pnpm: 'add', yarn: 'add', bun: 'add' } as const

/** The command that installs a package in a project. */
export function installCommand(folder: string, name: string): string {
  const manager = installerOf(folder)
  return `${manager} ${verbs[manager]} ${name}`
}

/** The command that compiles an installed package anew. Yarn's first version and bun have none: npm's does it for them. */
export const rebuildCommand = (folder: string, name: string): string =>
  `${installerOf(folder) === 'pnpm' ? 'pnpm' : 'npm'} rebuild ${name}`
