/** Which packages of the project make its databases? What is kept of earlier runs is true for their versions only. */
import { findPackage } from '../process/find-package.ts'
import type { Project } from './project.ts'

/** The versions of Sequelize and of the driver; empty for one that is not there. */
export const packageVersions = ({ config, dialect }: Pick<Project, 'config' | 'dialect'>): readonly string[] =>
  ['sequelize', dialect.driver].map((name) => findPackage(config.root, name)?.version ?? '')
