/** Is the project's Sequelize one that devdb works with? */
import { DevdbError } from '../error.ts'
import { findInstaller } from './find-installer.ts'
import { findPackage } from './find-package.ts'

/**
 * Refuses a project before anything of it runs: where no Sequelize is installed, and where it is not version 6.
 * @param root absolute path of the project
 * @throws DevdbError `package-missing`
 */
export function assertSequelize(root: string): void {
  const found = findPackage(root, 'sequelize')
  const { install } = findInstaller(root)
  if (found === null) {
    // The next version has another name, and other code: https://sequelize.org/docs/v7/getting-started/
    const next = findPackage(root, '@sequelize/core')
    throw next === null
      ? new DevdbError('package-missing', `the project in ${root} has no sequelize`, { hint: `${install} sequelize@6` })
      : unsupported(`@sequelize/core ${next.version}`, install)
  }
  if (!/^6\.\d+\.\d+/.test(found.version)) throw unsupported(`Sequelize ${found.version}`, install)
}

const unsupported = (what: string, install: string): DevdbError =>
  new DevdbError('package-missing', `devdb works with Sequelize 6, and the project has ${what}`, {
    hint: `${install} sequelize@6`,
  })
