/** In the child: loads the configuration, which is code, calls its functions and gives plain JSON. */
import type { Config } from '../../config/config.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Operation, Workplace } from './operation.ts'

export type LoadConfig = Operation<{ readonly file: string }, Config>

export const loadConfigOperation = ({ file }: LoadConfig['input'], { importFile }: Workplace): Promise<Config> =>
  loadConfig(file, importFile)
