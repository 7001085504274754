/** What devdb needs besides the project's own code: Node, packages, git, a folder that it can write to, nobody in its way. */
import { accessSync, constants, existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Config } from '../config/config.ts'
import { dialectNamed } from '../dialect/find-dialect.ts'
import { findPackage } from '../process/find-package.ts'
import { branchOf } from '../watch/git-head.ts'
import { attention, type Check, checked, failed, ok } from './diagnosis.ts'
import { describeHolder, holderOf } from './lock.ts'

/** The oldest Node that devdb runs on; see package.json. */
const oldestNode = [20, 19] as const

/** Looks at Node. */
export function checkNode(version = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])
  return isOld
    ? failed('node', {
        message: `Node ${version} is too old: devdb needs ${oldestNode.join('.')}`,
        hint: 'nvm install 22',
      })
    : ok('node', `Node ${version}`)
}

/**
 * Looks at the packages that come from the project.
 * @param install how its package manager installs one
 */
export function checkPackages(config: Config, install: string): Promise<readonly Check[]> {
  const dialect = dialectNamed(config.dev.dialect, config.root)
  const look = (name: string, isLoaded: () => void): Promise<Check> =>
    checked(name, () => {
      const found = findPackage(config.root, name)
      if (found === null) return failed(name, { message: `the project has no ${name}`, hint: `${install} ${name}` })
      isLoaded()
      return found.isOwn
        ? ok(name, `${name} ${found.version} from ${relative(config.root, found.folder) || '.'}`)
        : attention(name, `${name} ${found.version} is devdb's own: the project has none`, `${install} ${name}`)
    })
  return Promise.all([look('sequelize', () => undefined), look(dialect.driver, () => dialect.loadDriver())])
}

/** Looks at devdb's folder. */
export const checkFolder = ({ folder, root }: Pick<Config, 'folder' | 'root'>): Promise<Check> =>
  checked('folder', () => {
    const shown = relative(root, folder)
    const existing = existsSync(folder) ? folder : root
    try {
      accessSync(existing, constants.W_OK | constants.X_OK)
    } catch {
      return failed('folder', { message: `${shown} cannot be written`, hint: `ls -ld '${existing}'` })
    }
    return ok('folder', `${shown} can be written${existing === folder ? '' : ', and will be made'}`)
  })

/** Looks at who holds a lock. */
export const checkLocks = ({ folder }: Pick<Config, 'folder'>): Check => {
  const names = ['work', 'watch'] as const
  const holders = names.flatMap((name) => {
    const holder = holderOf(folder, name)
    return holder === null ? [] : [describeHolder(holder)]
  })
  const left = names.filter((name) => existsSync(join(folder, `${name}.lock`)) && holderOf(folder, name) === null)
  if (left.length > 0)
    return attention('locks', 'a devdb that was killed left its lock; the next one takes it over', 'devdb status')
  return ok('locks', holders.length === 0 ? 'nobody works on it' : [...new Set(holders)].join(', '))
}

/** Looks at git. */
export const checkGit = (root: string): Check => {
  const branch = branchOf(root)
  return branch === null
    ? attention('git', 'no git here: which branch a migration came from is not noted', 'git init')
    : ok('git', `on ${branch}`)
}

/**
 * Looks at the variables that the project's code sees.
 */
export function checkEnvironment({ environments, throwaway, unsetEnv }: Config, env = process.env): Check {
  const names = ['DATABASE_URL', ...Object.keys(environments[throwaway.url] ?? {})]
  const unset = unsetEnv.length === 0 ? '' : `; it does not see ${unsetEnv.join(', ')}`
  const line = `your code sees ${[...new Set(names)].join(', ')}${unset}`
  return env.NODE_ENV === 'production'
    ? attention('environment', `${line}; NODE_ENV is production`, 'unset NODE_ENV')
    : ok('environment', line)
}
