/** In an idle child: loads all that the next build needs, and practises it once. */
import type { Target } from '../../database/target.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import { practise } from '../practice.ts'
import type { Operation, OperationCode } from './operation.ts'

export type WarmUp = Operation<{ readonly target: Target }, null>

export const operation: OperationCode<WarmUp> = {
  importsCode: () => true,
  prepare: ({ target }, root) => preloadSequelize(root, target),
  async run({ target }, { root }) {
    await Promise.all([
      import('./define-models.ts'),
      import('./create-tables.ts'),
      import('./run-seed-module.ts'),
      import('./run-seed-script.ts'),
    ])
    const dialect = dialectNamed(target.dialect, root)
    dialect.loadDriver()
    await practise(root, target, dialect)
    return null
  },
}
