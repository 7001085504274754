/** `devdb undo`: take back the last change that devdb made to the dev database. */

import { prepareUndo } from '../engine/prepare-undo.ts'
import { describeUndo } from '../event/describe-undo.ts'
import { confirm } from './confirm.ts'
import { printError } from './print.ts'
import { endWith } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface UndoOptions extends SessionOptions {
  readonly yes?: boolean
}

/** @returns the exit code */
export async function runUndo(options: UndoOptions): Promise<number> {
  const [yes, json] = [options.yes === true, options.json === true]
  const session = await openSession('undo', options, 'finish')
  try {
    // A script that has said yes takes back whatever is the last one, and need not wait until all rows are compared.
    const plan = yes && json ? null : await prepareUndo(session.project)
    const text = plan === null ? '' : describeUndo(plan, session.config.dev.label, Date.now())
    if (yes && !json) printError(`${text}\n`)
    if (!(await confirm({ text, command: 'devdb undo', yes, json }))) return 0
    const { restored, saved, rows, problem } = await session.engine.undo(plan?.change ?? null)
    return endWith(json, { restored, saved, ...rows }, problem)
  } finally {
    await session.close()
  }
}
