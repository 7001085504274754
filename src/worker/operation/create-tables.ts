/** In the child that has defined the models: creates their tables. */
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { createTables } from '../../model/create-tables.ts'
import { runHook } from '../run-hook.ts'
import { type DefineModels, definedModels } from './define-models.ts'
import type { Operation, OperationCode } from './operation.ts'

export type CreateTables = Operation<Pick<DefineModels['input'], 'target' | 'beforeSync' | 'afterSync'>, null>

export const operation: OperationCode<CreateTables> = {
  importsCode: () => true,
  async run({ target, beforeSync, afterSync }, workplace) {
    const models = definedModels()
    if (beforeSync !== null) await runHook(beforeSync, models.sequelize, target, workplace)
    await createTables(models, dialectNamed(target.dialect, workplace.root), target)
    if (afterSync !== null) await runHook(afterSync, models.sequelize, target, workplace)
    return null
  },
}
