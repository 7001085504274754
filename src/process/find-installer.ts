/** Which package manager does a project use, and what is typed to install with it? */

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseJson } from './parse-json.ts'

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
    const { packageManager } = parseJson(readFileSync(file, 'utf8')) as { packageManager?: unknown }
    return /^(npm|pnpm|yarn|bun)@/.exec(String(packageManager))?.[1] as Installer['name'] | undefined
  } catch {
    return undefined
  }
}

/** The command that installs a package in a project. */
export const installCommand = (root: string, name: string): string => `${findInstaller(root).install} ${name}`

/**
 * The command that compiles an installed package anew. Yarn's first version and bun have none: npm's does it for them. pnpm 10 runs no
 * script that nobody approved, also when it is told to rebuild (https://pnpm.io/cli/approve-builds); later versions of Yarn run none by
 * default (https://yarnpkg.com/configuration/yarnrc#enableScripts).
 * @param root absolute path of a folder of the project
 */
export function rebuildCommand(root: string, name: string): string {
  switch (findInstaller(root).name) {
    case 'pnpm':
      return isUnapproved(root, name) ? 'pnpm approve-builds' : `pnpm rebuild ${name}`
    case 'yarn':
      return isLaterYarn(root) ? `YARN_ENABLE_SCRIPTS=1 yarn rebuild ${name}` : `npm rebuild ${name}`
    default:
      return `npm rebuild ${name}`
  }
}

/** What pnpm notes beside the packages that it has installed. */
function isUnapproved(root: string, name: string): boolean {
  const file = nearest(root, 'node_modules/.modules.yaml')
  const ignored = file === null ? null : /"?ignoredBuilds"?:([\s\S]*?)(?:\]|\n\S)/.exec(readFileSync(file, 'utf8'))
  return ignored?.[1]?.includes(`${name}@`) === true
}

/** The lock file of Yarn 2 and later begins with its own version. */
function isLaterYarn(root: string): boolean {
  const file = nearest(root, 'yarn.lock')
  return file !== null && /^__metadata:/m.test(readFileSync(file, 'utf8'))
}

/**
 * A file in a folder or above it.
 * @returns its absolute path, or null
 */
export function nearest(from: string, name: string): string | null {
  const file = join(from, name)
  if (existsSync(file)) return file
  return dirname(from) === from ? null : nearest(dirname(from), name)
}
