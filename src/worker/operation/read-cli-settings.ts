/** In the child: reads what sequelize-cli is told, which is code, and gives it without secrets. */
import type { CliSettings } from '../../survey/cli-settings.ts'
import { readCliSettings } from '../../survey/read-cli-settings.ts'
import type { Operation, OperationCode } from './operation.ts'

export type ReadCliSettings = Operation<
  {
    /** The environment that is meant; null for the usual one. */
    readonly environment: string | null
  },
  CliSettings
>

export const operation: OperationCode<ReadCliSettings> = {
  importsCode: () => true,
  run: ({ environment }, { root, importFile }) => readCliSettings(root, environment, importFile),
}
