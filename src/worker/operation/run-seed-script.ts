/** In the child: runs a step's SQL file on a scratch database. */
import type { Target } from '../../database/target.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { runScript } from '../../seed/run-script.ts'
import { scriptOf } from '../read-ahead.ts'
import type { Operation, OperationCode, Workplace } from './operation.ts'

export type RunSeedScript = Operation<
  {
    readonly target: Target
    readonly file: string
    /** SHA-1 of what is in it now, in hexadecimal digits; null where nobody knows. */
    readonly hash: string | null
  },
  null
>

export const operation: OperationCode<RunSeedScript> = {
  importsCode: () => false,
  run: runFile,
}

async function runFile({ target, file, hash }: RunSeedScript['input'], { root }: Workplace): Promise<null> {
  const dialect = dialectNamed(target.dialect, root)
  const connection = await dialect.openScratch(target)
  try {
    await runScript(dialect, connection, await scriptOf(dialect, file, hash))
  } finally {
    await connection.close()
  }
  return null
}
