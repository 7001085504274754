/** How a seeder of sequelize-cli's or Umzug's runs. Called in a child process only. */
import { basename } from 'node:path'
import type { Target } from '../database/target.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { DevdbError } from '../error.ts'
import { firstArgument } from '../migration/first-argument.ts'
import { createInstance, loadSequelize } from '../model/load-sequelize.ts'

type Seeder = (queryInterface: unknown, library: unknown) => unknown

/**
 * Runs a seeder's `up(queryInterface, Sequelize)`, or `up({ context })`.
 * @param seeder what the file exports
 * @param file its path, for messages
 * @param root the user's project
 * @param target the database to fill
 * @param joining puts all that it sends into one transaction; null to leave that to the seeder
 * @throws DevdbError `step-failed` when it has no `up`; whatever `up` throws
 */
export async function runModule(
  seeder: unknown,
  file: string,
  root: string,
  target: Target,
  joining: Dialect | null,
): Promise<void> {
  const exported = seeder as { up?: Seeder; default?: { up?: Seeder } } | null
  const up = exported?.up ?? exported?.default?.up
  if (typeof up !== 'function') {
    throw new DevdbError('step-failed', 'the seeder exports no up(queryInterface, Sequelize)', {
      file,
      hint: 'export up as sequelize-cli seed:generate writes it',
    })
  }
  const sequelize = createInstance(root, target)
  try {
    const commit = (await joining?.joinConnection((sql) => sequelize.query(sql))) ?? null
    await up(firstArgument('auto', { name: basename(file), path: file }, sequelize), loadSequelize(root).Sequelize)
    await commit?.()
  } finally {
    // The seeder may have closed it.
    await sequelize.close().catch(() => undefined)
  }
}
