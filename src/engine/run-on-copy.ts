/** Migrations on a copy that nobody else uses, all of them or none that counts. */
import type { Target } from '../database/target.ts'
import type { Problem } from '../error.ts'
import type { Direction, Emit, EventFields } from '../event/event.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import type { LoadedCode } from '../worker/operation/run-migrations.ts'
import { aboutMigration } from './about-migration.ts'
import { callUserCode } from './call-user-code.ts'
import type { Project } from './project.ts'
import { followMigrations } from './runners.ts'

/** What to run. */
export interface CopyRun {
  readonly direction: Direction
  /** In the order in which they run. */
  readonly files: readonly MigrationFile[]
  readonly copy: Target
  /** The folder of the copy, in which the states between are kept for as long as it runs. */
  readonly folder: string
  /** Gets the code of each migration whose up runs, as it was read. */
  readonly onCode?: (code: LoadedCode) => void
}

/**
 * Runs them.
 * @param project the project
 * @param run what, and where
 * @param emit where events go
 * @param signal cancels it
 * @returns why one failed, or null
 * @throws DevdbError `interrupted`
 */
export async function runOnCopy(
  project: Project,
  { direction, files, copy, folder, onCode = () => undefined }: CopyRun,
  emit: Emit,
  signal: AbortSignal,
): Promise<Problem | null> {
  if (files.length === 0) return null
  const { config, dialect } = project
  const connection = await dialect.openForReading(copy)
  const logged = await dialect.readMetaTable(connection, config.migrations.meta).finally(() => connection.close())
  const checkpoints = [0, 1].map((index) => dialect.scratch(folder, `checkpoint-${index}`))
  let current = files[0]!
  const call = await callUserCode(
    project,
    'run-migrations',
    { target: copy, checkpoints, direction, files, setting: config.migrations, logged, estimates: {} },
    {
      target: copy,
      runner: followMigrations(files, dialect.filesOf(config.dev)),
      signal,
      timeoutMs: null,
      onNote: onCode,
      emit(kind, fields) {
        if (kind === 'migration-started') {
          const { migration } = fields as EventFields['migration-started']
          current = files.find(({ name }) => name === migration) ?? current
        }
        emit(kind, fields)
      },
    },
  )
  for (const checkpoint of checkpoints) await dialect.removeScratch(checkpoint)
  if ('result' in call.outcome) return call.outcome.result.problem
  return aboutMigration(call.outcome.problem, current.name, current.path, direction)
}
