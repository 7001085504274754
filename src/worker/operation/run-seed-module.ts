/** In the child: runs a sequelize-cli seeder on a scratch database. */
import type { Target } from '../../database/target.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { refusalHint, refusalIn } from '../../door/refusal.ts'
import { DevdbError } from '../../error.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import { factsOf } from '../../model/sequelize-error.ts'
import { packageHint } from '../../process/package-hint.ts'
import { runModule } from '../../seed/run-module.ts'
import type { Operation, OperationCode, Workplace } from './operation.ts'

export type RunSeedModule = Operation<
  {
    readonly target: Target
    readonly file: string
    /** Whether all that it sends goes into one transaction. It fails with `step-connects` where it opens a connection of its own. */
    readonly isJoined: boolean
  },
  null
>

export const operation: OperationCode<RunSeedModule> = {
  importsCode: () => true,
  prepare: ({ target }, root) => preloadSequelize(root, target),
  run: runSeeder,
}

async function runSeeder(
  { target, file, isJoined }: RunSeedModule['input'],
  { root, importFile }: Workplace,
): Promise<null> {
  const dialect = isJoined ? dialectNamed(target.dialect, root) : null
  let connections = 0
  let isOver = false
  // It would wait for the transaction that it does not know of. Whatever it does next, this process is at its end.
  dialect?.watchConnections(target, () => {
    connections += 1
    if (connections > 1 && !isOver) void Promise.reject(connects(file))
  })
  try {
    await runModule(await importFile(file), file, root, target, dialect)
    isOver = true
    return null
  } catch (error) {
    if (error instanceof DevdbError) throw error
    const { message, ...statement } = factsOf(error)
    throw new DevdbError('step-failed', message, {
      file,
      cause: error,
      hint: refusalIn(message) !== null ? refusalHint : (packageHint(error, file) ?? 'mend the seeder, and save'),
      ...statement,
    })
  }
}

const connects = (file: string): DevdbError =>
  new DevdbError('step-connects', 'the seeder opens a connection of its own', { file })
