/** Whether code that a build runs reached the dev database, and how that can be taken back. */
import { join } from 'node:path'
import type { Observer } from '../dialect/dialect.ts'
import type { Emit } from '../event/event.ts'
import { definitionOf } from '../seed/step.ts'
import { readKept } from './kept-json.ts'
import type { Project } from './project.ts'
import { saveSnapshot } from './save-snapshot.ts'

/** Watches dev during one build. */
export interface DevGuard {
  /**
   * Looks whether dev changed since the last look, and warns.
   * @param by whose code ran since: "models", or a step's name
   */
  look(by: string): Promise<void>
  close(): Promise<void>
}

/** What a piece of code was when dev was last snapshotted because of it. */
interface Known {
  readonly definition: string
  readonly snapshot: string | null
}

const modelsName = 'models'

/**
 * Fingerprints dev. Where the models' configuration or a step is new or was redefined since it last ran, dev is snapshotted first.
 * @param project the project
 * @param emit where warnings go
 */
export async function guardDev(project: Project, emit: Emit): Promise<DevGuard> {
  const known = await snapshotForNewCode(project, emit)
  const observer = await project.dialect.observe(project.config.dev)
  return {
    look: (by) => warnIfTouched(project, observer, known, by, emit),
    close: () => observer.close(),
  }
}

async function snapshotForNewCode(project: Project, emit: Emit): Promise<Readonly<Record<string, Known>>> {
  const { config, dialect } = project
  const file = join(config.folder, 'guarded.json')
  const known = readKept<Record<string, Known>>(file, {})
  const now: Record<string, string> = { [modelsName]: JSON.stringify(config.models.patterns) }
  for (const step of config.steps) now[`step ${step.name}`] = definitionOf(step)
  const fresh = Object.keys(now).filter((name) => known[name]?.definition !== now[name])
  if (fresh.length === 0) return known
  const snapshot = (await dialect.exists(config.dev))
    ? (await saveSnapshot(project, { reason: `before the first run of ${fresh.join(', ')}`, name: null }, emit)).id
    : null
  for (const name of fresh) known[name] = { definition: now[name]!, snapshot }
  project.keep(file, known)
  return known
}

async function warnIfTouched(
  { config, snapshots }: Project,
  observer: Observer,
  known: Readonly<Record<string, Known>>,
  by: string,
  emit: Emit,
): Promise<void> {
  if (!(await observer.hasChanged())) return
  const id = known[by === modelsName ? modelsName : `step ${by}`]?.snapshot ?? null
  const snapshot = (await snapshots.list()).some((kept) => kept.id === id) ? id : null
  const who = by === modelsName ? 'the models were loaded' : `step "${by}" ran`
  const undo =
    snapshot === null
      ? 'no snapshot of before is left'
      : `devdb snapshot restore ${snapshot} brings back dev as it was before that code first ran`
  emit('dev-touched', {
    by,
    snapshot,
    problem: {
      code: 'dev-touched',
      message: `dev database ${config.dev.label} changed while ${who} (an application that is running may have been the writer)`,
      hint: `if that code names its database itself, let it read DATABASE_URL; ${undo}`,
    },
  })
}
