/** In the child: loads the models, and says what their tables would be. */
import type { Target } from '../../database/target.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { DevdbError, messageOf, type Problem } from '../../error.ts'
import { isAnyOpen, type LoadedModule } from '../../model/collect-models.ts'
import { type DefinedModels, defineModels, schemaKey } from '../../model/define-models.ts'
import { preloadSequelize } from '../../model/load-sequelize.ts'
import type { LoadTimeDefault } from '../../model/settle-defaults.ts'
import type { SharedTable } from '../../model/settle-tables.ts'
import { moduleKindHint } from '../../process/module-kind.ts'
import { packageHint } from '../../process/package-hint.ts'
import type { Annotations } from '../../schema/annotate.ts'
import { isScript } from '../run-hook.ts'
import { waitUntilQuiet } from '../wait-until-quiet.ts'
import type { Operation, OperationCode, Workplace } from './operation.ts'

export type DefineModels = Operation<
  {
    readonly target: Target
    /** Absolute paths of the model files, in order. */
    readonly files: readonly string[]
    /** Names of models or tables that are left out. */
    readonly exclude: readonly string[]
    /** Files that run before the tables are made, and after; null for nothing. */
    readonly beforeSync: string | null
    readonly afterSync: string | null
  },
  {
    readonly models: number
    readonly annotations: Annotations
    /** Tables that several models describe. */
    readonly shared: readonly SharedTable[]
    /** The same for the same tables; null where only running the models' own code tells what they make. */
    readonly schemaKey: string | null
    /** Whether the models' code used the database while it was loaded. */
    readonly isConnected: boolean
  }
>

export const operation: OperationCode<DefineModels> = {
  importsCode: () => true,
  prepare: ({ target }, root) => preloadSequelize(root, target),
  async run(input, workplace) {
    let isConnected = false
    const activity = dialectNamed(input.target.dialect, workplace.root).watchConnections(input.target, () => {
      isConnected = true
    })
    const settle = (modules: readonly LoadedModule[], file: string): Promise<void> =>
      waitUntilQuiet(activity, () => isConnected || activity.isWaiting() || isAnyOpen(modules), file)
    defined = await define(input, workplace, settle)
    const { models, annotations, shared, statements, loadTime } = defined
    for (const each of loadTime) workplace.emit('warning-raised', { problem: loadTimeProblem(each) })
    return { models, annotations, shared, schemaKey: schemaKey(statements), isConnected }
  },
}

const loadTimeProblem = ({ model, attribute }: LoadTimeDefault): Problem => ({
  code: 'default-at-load',
  message: `the default of ${model}.${attribute} is the time at which its file was loaded; a function is meant`,
  hint: `write defaultValue: DataTypes.NOW, or () => new Date()`,
})

let defined: DefinedModels | null = null

/** A module is loaded at once, so that all its files are known when the layer is named. */
async function loadHooks({ beforeSync, afterSync }: DefineModels['input'], importFile: Workplace['importFile']) {
  for (const file of [beforeSync, afterSync]) if (file !== null && !isScript(file)) await importFile(file)
}

/** What this process has defined. */
export function definedModels(): DefinedModels {
  if (defined === null) throw new DevdbError('internal', 'no models were defined in this process')
  return defined
}

async function define(
  input: DefineModels['input'],
  { root, importFile, tellRunning }: Workplace,
  settle: (modules: readonly LoadedModule[], file: string) => Promise<void>,
): Promise<DefinedModels> {
  const { target, files, exclude } = input
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
    await settle(modules, current)
    const models = await defineModels({ root, target, modules, exclude, onModule })
    await loadHooks(input, (file) => {
      current = file
      return importFile(file)
    })
    return models
  } catch (error) {
    throw error instanceof DevdbError ? error : modelError(error, current)
  }
}

const modelError = (error: unknown, file: string): DevdbError =>
  new DevdbError('model-failed', messageOf(error), {
    file,
    cause: error,
    hint: moduleKindHint(error, file) ?? packageHint(error, file) ?? 'mend the file, and save',
  })
