/** In the child: loads the configuration, which is code, calls its functions and gives plain JSON. */
import type { Config } from '../../config/config.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Operation, OperationCode } from './operation.ts'

export type LoadConfig = Operation<{ readonly file: string }, Config>

export const operation: OperationCode<LoadConfig> = {
  importsCode: ({ file }) => !file.endsWith('.json'),
  run: ({ file }, { importFile }) => loadConfig(file, importFile),
}
