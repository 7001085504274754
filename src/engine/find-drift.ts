/** Where dev differs from what its applied migrations made. */
import type { Target } from '../database/target.ts'
import { bareName, readMigrationFolder } from '../migration/migration-folder.ts'
import { siftAccepted } from '../schema/accepted.ts'
import type { Change } from '../schema/change.ts'
import { diff } from '../schema/diff.ts'
import { type DriftObject, driftObjects } from '../schema/drift-objects.ts'
import { objectChanges } from '../schema/object-changes.ts'
import type { Schema } from '../schema/schema.ts'
import { baselineNames, buildShadow, keptColumns } from './build-shadow.ts'
import { readIgnoredDrift } from './ignored-drift.ts'
import type { Project } from './project.ts'
import { readDevPosition } from './read-dev-board.ts'

/** What was found. */
export interface Drift {
  /** What is not ignored: from what the migrations made to what dev has. */
  readonly changes: readonly Change[]
  /** The same by object. */
  readonly objects: readonly DriftObject[]
  /** Lines of what is ignored and there. */
  readonly ignored: readonly string[]
  /** Lines of what is ignored, but not there any more. */
  readonly stale: readonly string[]
}

/** What dev is compared with. */
export interface DriftBasis {
  /** What the applied migrations make. */
  readonly expected: Schema
  /** The names of pending migrations. */
  readonly pending: readonly string[]
  /** What differs in a database that is dev, or a copy of it. */
  read(target: Target): Promise<readonly Change[]>
}

/**
 * Compares dev with the shadow at dev's position. Tables that neither models nor migrations make are somebody else's, and columns that the
 * down of a pending migration keeps are expected.
 * @param project the project
 * @param models the models' schema
 * @param signal cancels it
 * @returns null where dev is absent, an applied migration has no file, or dev is older than the baseline
 */
export async function findDrift(project: Project, models: Schema, signal: AbortSignal): Promise<Drift | null> {
  const basis = await readDriftBasis(project, models, signal)
  if (basis === null) return null
  const entries = readIgnoredDrift(project.config)
  const { changes, stale } = siftAccepted(await basis.read(project.config.dev), entries)
  return { changes, objects: driftObjects(changes), ignored: entries.filter((line) => !stale.includes(line)), stale }
}

/**
 * Reads what dev is compared with; see `findDrift`.
 * @returns null where nothing can be said
 */
export async function readDriftBasis(
  project: Project,
  models: Schema,
  signal: AbortSignal,
): Promise<DriftBasis | null> {
  const { config, dialect } = project
  const { rules } = dialect
  const { board } = await readDevPosition(project)
  if (!board.exists) return null
  // What the baseline stands for needs no file, but must be applied.
  const covered = await baselineNames(project, signal)
  const isUnknown = board.migrations.some(
    ({ name, state }) => state === (covered.has(bareName(name)) ? 'pending' : 'missing'),
  )
  if (isUnknown) return null
  const files = readMigrationFolder(config.migrations)
  const applied = new Set(board.migrations.flatMap(({ name, state }) => (state === 'applied' ? [name] : [])))
  const read = (target: Target): Promise<Schema> => dialect.introspect(target, config.migrations.meta)
  const all = await read(await buildShadow(project, signal, files))
  const pending = files.filter(({ name }) => !applied.has(name)).map(({ name }) => name)
  const kept = keptColumns(project, pending)
  const inPlace = files.filter(({ name }) => applied.has(name))
  const expected = pending.length === 0 ? all : await read(await buildShadow(project, signal, inPlace))
  const ours = new Set([all, models].flatMap(({ tables }) => Object.keys(tables)).map(rules.tableKey))
  return {
    expected,
    pending,
    async read(target) {
      const present = await read(target)
      const found = [
        ...diff(expected, present, { rules, isFromModels: false }),
        ...objectChanges(expected, present, rules),
      ]
      return found.filter(
        (change) => !isKept(change, kept) && (change.kind !== 'create-table' || ours.has(rules.tableKey(change.table))),
      )
    },
  }
}

/** A column that a down kept, or the key that it holds. */
function isKept(change: Change, kept: ReadonlySet<string>): boolean {
  if (change.kind === 'add-column') return kept.has(`${change.table}.${change.to.name}`)
  return change.kind === 'add-foreign-key' && change.to.columns.every((name) => kept.has(`${change.table}.${name}`))
}
