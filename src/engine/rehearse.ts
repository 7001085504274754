/** The rehearsal: each pending migration up, down and up on a copy of dev, with what the rows went through. */
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { Rehearsed } from '../event/rehearsal.ts'
import { markOf } from '../migration/draft-mark.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import type { Project } from './project.ts'
import { startRehearsalCopy } from './rehearsal-copy.ts'
import { runStages } from './run-stages.ts'
import { tryMergedOrder } from './try-merged-order.ts'

/**
 * Rehearses migrations in their order, on one copy of dev.
 * @param project the project
 * @param files pending ones; those before them must be applied, or be among them
 * @param signal cancels it
 * @param onRehearsed gets each as soon as it is known
 * @returns one for each file, with what becomes of one that is out of order in the order of names; after one whose up fails nothing more is tried
 * @throws DevdbError `dev-busy`, `dev-unreadable`, `interrupted`
 */
export async function rehearse(
  project: Project,
  files: readonly MigrationFile[],
  signal: AbortSignal,
  onRehearsed: (rehearsed: Rehearsed) => void = () => undefined,
): Promise<readonly Rehearsed[]> {
  const { config, dialect } = project
  const scratch = (name: string): Target => dialect.scratch(join(config.folder, 'rehearsal'), name)
  const places = { work: scratch('rehearsal'), states: [scratch('before'), scratch('after-up')] } as const
  try {
    const merged = await tryMergedOrder(project, signal)
    await startRehearsalCopy(project, places.work, signal)
    const marks = new Map(files.flatMap(({ name, path }) => markOf(path).map((mark) => [name, { mark }] as const)))
    const inOrder = (one: Rehearsed): Rehearsed => ({
      ...one,
      mergedOrder: merged.get(one.name) ?? null,
      ...marks.get(one.name),
    })
    return (await runStages(project, files, places, signal, (one) => onRehearsed(inOrder(one)))).map(inOrder)
  } finally {
    for (const place of [places.work, ...places.states]) await dialect.removeScratch(place)
  }
}
