/** `devdb upgrade [head|+N|NAME]`: apply pending migrations to the dev database. */
import { endWith } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

/** @returns the exit code */
export async function runUpgrade(target: string, options: SessionOptions): Promise<number> {
  const session = await openSession(`upgrade ${target}`, options, 'finish')
  try {
    const { names, saved, rows, problem } = await session.engine.upgrade(target)
    await session.engine.idle()
    return endWith(options.json === true, { applied: names, saved, ...rows }, problem)
  } finally {
    await session.close()
  }
}
