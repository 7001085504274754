/** In an idle child: loads what of the project's packages the next build needs, and practises it once. */
import type { Target } from '../../database/target.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import { collectGarbage } from '../collect-garbage.ts'
import { practise } from '../practice.ts'
import { readAhead } from '../read-ahead.ts'
import type { Operation, OperationCode } from './operation.ts'

export type WarmUp = Operation<
  {
    readonly target: Target
    /** Absolute paths of the steps' SQL files. */
    readonly scripts: readonly string[]
    /** Whether it is the last of several times. */
    readonly isLast: boolean
  },
  null
>

export const operation: OperationCode<WarmUp> = {
  importsCode: () => true,
  prepare: ({ target }, root) => preloadSequelize(root, target),
  async run({ target, scripts, isLast }, { root }) {
    const dialect = dialectNamed(target.dialect, root)
    dialect.loadDriver()
    await practise(root, target, dialect)
    await readAhead(dialect, scripts)
    if (isLast) collectGarbage()
    return null
  },
}
