/** In the child: loads the models and creates their tables in a scratch database. */
import type { Target } from '../../database/target.ts'
import { DevdbError, messageOf } from '../../error.ts'
import { buildSchema, type SchemaResult } from '../../model/build-schema.ts'
import type { LoadedModule } from '../../model/collect-models.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import type { Operation, OperationCode, Workplace } from './operation.ts'

export type BuildSchema = Operation<
  {
    readonly target: Target
    /** Absolute paths of the model files, in order. */
    readonly files: readonly string[]
  },
  SchemaResult
>

export const operation: OperationCode<BuildSchema> = {
  importsCode: () => true,
  prepare: ({ target }, root) => preloadSequelize(root, target),
  run: buildModels,
}

async function buildModels(
  { target, files }: BuildSchema['input'],
  { root, importFile, tellRunning }: Workplace,
): Promise<BuildSchema['result']> {
  const modules: LoadedModule[] = []
  let current = files[0] ?? ''
  const onModule = (file: string): void => {
    current = file
    tellRunning(file)
  }
  try {
    for (const file of files) {
      current = file
      modules.push({ file, exported: await importFile(file) })
    }
    return await buildSchema({ root, target, modules, onModule })
  } catch (error) {
    throw error instanceof DevdbError ? error : modelError(error, current)
  }
}

const modelError = (error: unknown, file: string): DevdbError =>
  new DevdbError('model-failed', messageOf(error), {
    file,
    cause: error,
    hint: 'mend the file, and save',
  })
