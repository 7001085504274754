/** `devdb downgrade [-1|-N|base|NAME]`: revert migrations of the dev database. */
import { readDevPosition } from '../engine/read-dev-board.ts'
import { noRowLoss } from '../event/row-loss.ts'
import { migrationsToRevert } from '../migration/migration-target.ts'
import { confirm } from './confirm.ts'
import { endWith } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface DowngradeOptions extends SessionOptions {
  readonly yes?: boolean
}

/** @returns the exit code */
export async function runDowngrade(target: string, options: DowngradeOptions): Promise<number> {
  const session = await openSession(`downgrade ${target}`, options, 'finish')
  try {
    const { board } = await readDevPosition(session.project)
    const names = migrationsToRevert(board.migrations, target)
    if (names.length === 0) return endWith(options.json === true, { reverted: [], saved: null, ...noRowLoss }, null)
    const question = {
      text: `${session.config.dev.label}: ${names.join(', ')} will be reverted`,
      command: `devdb downgrade ${target}`,
    }
    if (!(await confirm({ ...question, yes: options.yes === true, json: options.json === true }))) return 0
    const report = await session.engine.downgrade(target)
    return endWith(
      options.json === true,
      { reverted: report.names, saved: report.saved, ...report.rows },
      report.problem,
    )
  } finally {
    await session.close()
  }
}
