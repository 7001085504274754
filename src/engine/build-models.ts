/** The first part of a build: the models become tables. */
import { performance } from 'node:perf_hooks'
import { annotate } from '../schema/annotate.ts'
import type { Building } from './building.ts'
import { callUserCode, resultOf } from './call-user-code.ts'
import type { DevGuard } from './dev-guard.ts'
import { findModelFiles } from './inputs.ts'

/**
 * Loads the models in a child and creates their tables in the scratch database.
 * @param building what is built; learns its files, tables and schema
 * @param guard looks at dev afterwards
 * @throws DevdbError of the models
 */
export async function buildModels(building: Building, guard: DevGuard): Promise<void> {
  const { project, emit, signal } = building
  const { config, dialect, timings } = project
  const startedAt = performance.now()
  emit('schema-started', { estimateMs: timings.get('schema') })
  const files = await findModelFiles(config)
  for (const file of files) building.files.add(file)
  const onLine = (line: string): void => emit('output-captured', { source: 'models', line })
  const call = await callUserCode(
    project,
    'build-schema',
    { target: config.build, files },
    { target: config.build, signal, timeoutMs: config.models.timeoutMs, emit, onLine },
  ).finally(() => guard.look('models'))
  for (const file of call.files) building.files.add(file)
  const { annotations } = resultOf(call)
  // Before the steps: what they make is none of the models'.
  building.schema = annotate(await dialect.introspect(config.build, config.migrations.meta), annotations)
  building.tables = await dialect.countTables(config.build)
  const ms = Math.round(performance.now() - startedAt)
  timings.set('schema', ms)
  emit('schema-built', { tables: building.tables, ms })
}
