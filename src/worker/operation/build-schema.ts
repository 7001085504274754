/** In the child: loads the models and creates their tables in a scratch database. */
import type { SharedTable } from '../../model/settle-tables.ts'
import type { Annotations } from '../../schema/annotate.ts'
import { operation as create } from './create-tables.ts'
import { type DefineModels, operation as define } from './define-models.ts'
import type { Operation, OperationCode } from './operation.ts'

export type BuildSchema = Operation<
  DefineModels['input'],
  { readonly models: number; readonly annotations: Annotations; readonly shared: readonly SharedTable[] }
>

export const operation: OperationCode<BuildSchema> = {
  ...define,
  async run(input, workplace) {
    const { models, annotations, shared } = await define.run(input, workplace)
    await create.run(input, workplace)
    return { models, annotations, shared }
  },
}
