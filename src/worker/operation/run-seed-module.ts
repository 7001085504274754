/** In the child: runs a sequelize-cli seeder on a scratch database. */
import type { Target } from '../../database/target.ts'
import { DevdbError } from '../../error.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import { factsOf } from '../../model/sequelize-error.ts'
import { runModule } from '../../seed/run-module.ts'
import type { Operation, OperationCode, Workplace } from './operation.ts'

export type RunSeedModule = Operation<{ readonly target: Target; readonly file: string }, null>

export const operation: OperationCode<RunSeedModule> = {
  importsCode: () => true,
  prepare: ({ target }, root) => preloadSequelize(root, target),
  run: runSeeder,
}

async function runSeeder({ target, file }: RunSeedModule['input'], { root, importFile }: Workplace): Promise<null> {
  try {
    await runModule(await importFile(file), file, root, target)
    return null
  } catch (error) {
    if (error instanceof DevdbError) throw error
    const { message, ...statement } = factsOf(error)
    throw new DevdbError('step-failed', message, {
      file,
      cause: error,
      hint: 'mend the seeder, and save',
      ...statement,
    })
  }
}
