/** Which package manager does a project use, and what is typed to install with it? */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package manager, and how it runs an installed program. */
export interface Installer {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun'
  /** What is typed before `reset`, `watch`, … */
  readonly devdb: string
  /** What is typed before the name of a package. */
  readonly install: string
}

const installers: Readonly<Record<Installer['name'], Installer>> = {
  npm: { name: 'npm', devdb: 'npx devdb', install: 'npm install' },
  pnpm: { name: 'pnpm', devdb: 'pnpm devdb', install: 'pnpm add' },
  yarn: { name: 'yarn', devdb: 'yarn devdb', install: 'yarn add' },
  bun: { name: 'bun', devdb: 'bunx devdb', install: 'bun add' },
}

/** What each leaves beside the package.json at the top of a project. */
const lockFiles: readonly (readonly [string, Installer['name']])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['pnpm-workspace.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
]

/**
 * The package manager of a project, by the `packageManager` of its package.json or its lock file, there or above it.
 * @param root absolute path
 * @returns npm where nothing tells
 */
export function findInstaller(root: string): Installer {
  for (let folder = root; ; folder = dirname(folder)) {
    const file = lockFiles.find(([name]) => existsSync(join(folder, name)))
    const name = namedIn(join(folder, 'package.json')) ?? file?.[1]
    if (name !== undefined) return installers[name]
    // A repository is where one project ends.
    if (dirname(folder) === folder || existsSync(join(folder, '.git'))) return installers.npm
  }
}

/** https://nodejs.org/docs/latest-v20.x/api/packages.html#packagemanager */
function namedIn(file: string): Installer['name'] | undefined {
  try {
    const { packageManager } = JSON.parse(readFileSync(file, 'utf8')) as { packageManager?: unknown }
    return /^(npm|pnpm|yarn|bun)@/.exec(String(packageManager))?.[1] as Installer['name'] | undefined
  } catch {
    return undefined
  }
}

/** The command that installs a package in a project. */
export const installCommand = (root: string, name: string): string => `${findInstaller(root).install} ${name}`

/** The command that compiles an installed package anew. Yarn's first version and bun have none: npm's does it for them. */
export const rebuildCommand = (root: string, name: string): string =>
  `${findInstaller(root).name === 'pnpm' ? 'pnpm' : 'npm'} rebuild ${name}`
