/** The group `schema`: introspection, comparison and drafts of many tables, against creating them. */
import { join } from 'node:path'
import type { BenchSetting } from './bench-setting.ts'
import { type Figure, figureOf } from './figure.ts'
import { measure, type Times, tasks } from './measure-schema.ts'

/** Measures all tasks at all sizes. */
export async function measureSchema({ runs, isQuick, folder, tell }: BenchSetting): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  // The first ones run code that is not compiled yet.
  for (let run = 0; run < 3; run++) await measure(50, join(folder, `schema-warm-${run}`))
  for (const tables of isQuick ? [10] : [10, 50, 200, 1000]) {
    tell(`schema: ${tables} tables`)
    const times: Times[] = []
    for (let run = 0; run < runs; run++) times.push(await measure(tables, join(folder, `schema-${tables}-${run}`)))
    for (const task of tasks) {
      if (task === 'create') continue
      const named = {
        group: 'schema',
        name: `${task}, ${tables} tables`,
        yardstick: 'creating them',
        goal: null,
      } as const
      const pairs = times.map((time) => ({ devdb: time[task], yardstick: time.create }))
      figures.push(figureOf(named, pairs))
    }
  }
  return figures
}
