/** `devdb snapshot save [NAME]`: copy the dev database as it is now. */
import { endWith } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

/** @returns the exit code */
export async function runSnapshotSave(name: string | null, options: SessionOptions): Promise<number> {
  const session = await openSession('snapshot save', options, 'finish')
  try {
    const { snapshot, problem } = await session.engine.saveSnapshot(name)
    return endWith(options.json === true, { snapshot: snapshot?.id ?? null }, problem)
  } finally {
    await session.close()
  }
}
