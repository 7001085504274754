/** `devdb reset`: recreate the throwaway database and run the steps, once. `--dev`: recreate dev from its migrations. */
import { checkReset, prepareReset } from '../engine/prepare-reset.ts'
import { describeReset } from '../event/describe-reset.ts'
import { confirm } from './confirm.ts'
import { endWith } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface ResetOptions extends SessionOptions {
  readonly dev?: boolean
  readonly yes?: boolean
  /** False: layers of earlier builds are not used. */
  readonly cache?: boolean
}

/** @returns the exit code */
export const runReset = (options: ResetOptions): Promise<number> =>
  options.dev === true ? resetDev(options) : resetThrowaway(options)

async function resetThrowaway(options: ResetOptions): Promise<number> {
  const session = await openSession('reset', options, 'abort', true)
  try {
    const report = await session.engine.build('reset', { ignoresLayers: options.cache === false })
    // What the models need is told with the build, so that `status` knows it; and hooks come to their end.
    await session.engine.idle()
    const { tables = null, ms = 0, steps = [], problem = null } = report ?? {}
    const result = { throwaway: { url: session.config.throwaway.url, tables, ms, steps } }
    return endWith(options.json === true, result, problem)
  } finally {
    await session.close()
  }
}

async function resetDev(options: ResetOptions): Promise<number> {
  const session = await openSession('reset --dev', options, 'finish')
  try {
    const { label, url } = session.config.dev
    if (options.yes !== true) await checkReset(session.project)
    const question = {
      text: options.yes === true ? '' : describeReset(await prepareReset(session.project), label),
      command: 'devdb reset --dev',
    }
    if (!(await confirm({ ...question, yes: options.yes === true, json: options.json === true }))) return 0
    const { names, saved, problem } = await session.engine.resetDev()
    await session.engine.idle()
    return endWith(options.json === true, { dev: { url, applied: names }, saved }, problem)
  } finally {
    await session.close()
  }
}
