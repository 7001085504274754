/** In the child: loads the models and creates their tables in a scratch database. */
import { inspect } from 'node:util'
import type { Target } from '../../database/target.ts'
import { DevdbError } from '../../error.ts'
import { buildSchema } from '../../model/build-schema.ts'
import type { Operation, Workplace } from './operation.ts'

export type BuildSchema = Operation<
  {
    readonly target: Target
    /** Absolute paths of the model files, in order. */
    readonly files: readonly string[]
  },
  { readonly models: number }
>

export async function buildSchemaOperation(
  { target, files }: BuildSchema['input'],
  { root, importFile }: Workplace,
): Promise<BuildSchema['result']> {
  const modules: unknown[] = []
  for (const file of files)
    modules.push(await importFile(file).catch((error: unknown) => Promise.reject(modelError(error, file))))
  try {
    return { models: await buildSchema({ root, target, modules }) }
  } catch (error) {
    throw error instanceof DevdbError ? error : modelError(error, files[0] ?? '')
  }
}

const modelError = (error: unknown, file: string): DevdbError =>
  new DevdbError('model-failed', error instanceof Error ? error.message : `it threw ${inspect(error)}`, {
    file,
    cause: error,
    hint: 'mend the file, and save',
  })
