/** In the child that has defined the models: creates their tables. */
import type { Target } from '../../database/target.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { createTables } from '../../model/create-tables.ts'
import { definedModels } from './define-models.ts'
import type { Operation, OperationCode } from './operation.ts'

export type CreateTables = Operation<{ readonly target: Target }, null>

export const operation: OperationCode<CreateTables> = {
  importsCode: () => true,
  async run({ target }, { root }) {
    await createTables(definedModels(), dialectNamed(target.dialect, root), target)
    return null
  },
}
