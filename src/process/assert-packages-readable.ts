/** Can this process read the packages of the project at all? */
import { dirname } from 'node:path'
import { DevdbError } from '../error.ts'
import { nearest } from './find-installer.ts'

/**
 * Refuses a project whose packages only Yarn's own Node finds: Yarn's Plug'n'Play keeps them in archives that `.pnp.cjs` lists, and no
 * node_modules. `yarn devdb` starts devdb with it (https://yarnpkg.com/features/pnp), and then all of devdb works.
 * @param root absolute path of the project
 * @param versions of this process
 * @throws DevdbError `package-missing`
 */
export function assertPackagesReadable(root: string, versions: NodeJS.Dict<string> = process.versions): void {
  if (versions.pnp !== undefined) return
  const file = nearest(root, '.pnp.cjs')
  if (file === null) return
  const modules = nearest(root, 'node_modules')
  // The nearer one counts, and beside each other node_modules: an earlier Yarn may have left .pnp.cjs there.
  if (modules !== null && dirname(modules).length >= dirname(file).length) return
  throw new DevdbError('package-missing', `only Yarn reads the packages of ${root}: they are in its ${file}`, {
    hint: 'yarn devdb doctor; or, for node_modules: yarn config set nodeLinker node-modules && yarn install',
  })
}
