/** Proof before offer: the written file runs up, down and up again on a copy of dev with its rows. */
import { join } from 'node:path'
import { quote } from '../database/quote.ts'
import type { Target } from '../database/target.ts'
import { type BrokenObject, newlyBroken } from '../dialect/broken-object.ts'
import type { KeptTable } from '../dialect/kept-state.ts'
import type { Problem } from '../error.ts'
import type { DraftProof } from '../event/draft-fields.ts'
import { type Stage, skipped } from '../event/rehearsal.ts'
import { type MigrationFile, readMigrationFolder } from '../migration/migration-folder.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import { isObjectChange, objectOf } from '../schema/apply-objects.ts'
import type { Change } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import { objectChanges } from '../schema/object-changes.ts'
import type { Schema } from '../schema/schema.ts'
import type { TriedStage } from '../worker/operation/try-draft.ts'
import { buildShadow } from './build-shadow.ts'
import { callUserCode } from './call-user-code.ts'
import { obstacleIn } from './draft-hint.ts'
import { keptTables } from './kept-tables.ts'
import type { Project } from './project.ts'
import { runOnCopy } from './run-on-copy.ts'
import { followMigrations } from './runners.ts'
import { takeBackOn } from './take-back-drift.ts'
import { brokenProblem, lostObjects, touchedTables, unprovenProblem } from './unproven-problem.ts'

/** What a proof came to. */
export interface Proof extends DraftProof {
  /** Why it failed. */
  readonly problem: Problem | null
  /** What dev has that stands in its way, and what to do about it; null where that is not known. */
  readonly obstacle: string | null
}

/** What is to be proven. */
export interface ProofWish {
  readonly migration: MigrationFile
  /** Migrations that stand before it and are not applied to dev yet. */
  readonly pending: readonly MigrationFile[]
  /** The schema that the migrations give without the draft, and with it. */
  readonly from: Schema
  readonly to: Schema
  /** Columns that its down keeps. */
  readonly keeps: readonly Change[]
  /** What the draft does, renames first. */
  readonly changes: readonly Change[]
  /** False when its down waits for the developer to fill something in. */
  readonly canReturn: boolean
  /** Whether dev holds parts of it already, so that it can only be tried on an empty database. */
  readonly isInDev: boolean
  /** What dev has already and the draft makes. Taken back on the copy first; where that cannot be done, an empty database must do. */
  readonly adopts?: readonly Change[]
}

/** Nothing tried. */
export const unproven: Proof = {
  up: 'unproven',
  down: 'unproven',
  redo: 'unproven',
  rowsLost: [],
  problem: null,
  obstacle: null,
}

/** One proof: its database, and what it came from. */
interface Trial extends ProofWish {
  readonly project: Project
  readonly copy: Target
  /** The copy as it was before the draft ran. */
  readonly before: Target
  readonly signal: AbortSignal
}

/**
 * Proves a draft on a copy of dev; where there is no dev yet, on the empty shadow.
 * @param project the project
 * @param wish what is to be proven
 * @param signal cancels it
 */
export async function proveDraft(project: Project, wish: ProofWish, signal: AbortSignal): Promise<Proof> {
  const { config, dialect } = project
  const folder = join(config.folder, 'rehearsal')
  const scratch = (name: string): Target => dialect.scratch(folder, name)
  const [copy, before] = [scratch('rehearsal'), scratch('before')]
  const trial = { ...wish, project, copy, before, signal }
  const others = readMigrationFolder(config.migrations).filter(({ path }) => path !== wish.migration.path)
  try {
    if (!wish.isInDev && (await dialect.exists(config.dev)) && (await copyDev(trial))) {
      const problem = await runOnCopy(
        project,
        { direction: 'upgrade', files: wish.pending, copy, folder },
        silent,
        signal,
      )
      if (problem !== null) return { ...unproven, up: 'failed', problem }
    } else {
      await dialect.prepareScratch(copy)
      await dialect.checkpoint(await buildShadow(project, signal, others), copy)
    }
    return await tryOut(trial)
  } finally {
    for (const place of [copy, before]) await dialect.removeScratch(place)
  }
}

/** A copy of dev without what the draft is to make. @returns whether there can be one */
async function copyDev({ project, copy, adopts = [] }: Trial): Promise<boolean> {
  const { config, dialect } = project
  await dialect.copyForTrial(config.dev, copy, config.waitMs)
  if (adopts.length === 0) return true
  return takeBackOn(project, copy, adopts, silent).then(
    () => true,
    () => false,
  )
}

async function tryOut(trial: Trial): Promise<Proof> {
  const { project, copy, to, keeps, canReturn } = trial
  const before = await introspect(trial, copy)
  const rowsLost = await countLost(trial)
  await project.dialect.checkpoint(copy, trial.before)
  const indexed = touchedTables(trial.changes)
  const broken = await project.dialect.findBroken(copy, new Set(indexed))
  const tried = await runDraft(trial, keptTables(before, trial.changes), indexed)
  const problemOf = (direction: TriedStage['direction'], schema: Schema): Problem | null =>
    problemIn(trial, { schema: before, broken }, tried(direction), direction, schema)
  const up = problemOf('up', to)
  if (up !== null) return { ...unproven, up: 'failed', problem: up, obstacle: obstacleIn(up, before) }
  if (!canReturn) return { ...unproven, up: 'ok', rowsLost }
  const down = problemOf('down', applyChanges(before, keeps))
  const facts = { up: 'ok', rowsLost } as const
  if (down !== null) return { ...unproven, ...facts, down: 'failed', problem: down, obstacle: obstacleIn(down, before) }
  const redo = problemOf('redo', to)
  const obstacle = redo === null ? null : obstacleIn(redo, before)
  return { ...facts, down: 'ok', redo: redo === null ? 'ok' : 'failed', problem: redo, obstacle }
}

const moments = { up: 'after up', down: 'after down', redo: 'after the second up' } as const

/** Why a direction did not do what it is for, or null. */
function problemIn(
  trial: Trial,
  { schema: before, broken: brokenBefore }: { readonly schema: Schema; readonly broken: readonly BrokenObject[] },
  { stage, found }: Pick<TriedStage, 'stage' | 'found'>,
  direction: TriedStage['direction'],
  schema: Schema,
): Problem | null {
  if (found === null) return stage.problem
  const { from, to, changes } = trial
  // What dev differed in before is no fault of the draft.
  const drift = new Set(lines(trial, before, from))
  const dropped = new Set(
    changes.filter(isObjectChange).map((change) => `- ${objectOf(change).type} ${objectOf(change).name}`),
  )
  const details = [
    ...lines(trial, found.schema, schema).filter((line) => !drift.has(line)),
    ...lostObjects(before, found.schema, direction === 'down' ? schema : to).filter((line) => !dropped.has(line)),
  ]
  const when = moments[direction]
  if (details.length > 0) return unprovenProblem(`${when} the schema is not the one that was wanted`, details)
  const broken = newlyBroken(found.broken, brokenBefore)
  if (broken.length > 0) return brokenProblem(when, broken)
  return found.lost.length === 0 ? null : unprovenProblem(`${when} ${found.lost[0]}`, found.lost)
}

/** Runs it in a child. A direction of which nothing is known is the one that ended the child. */
async function runDraft(trial: Trial, kept: readonly KeptTable[], indexed: readonly string[]) {
  const { project, copy, before, migration, canReturn, signal } = trial
  const { config } = project
  const logged = await reading(trial, copy, (connection) =>
    project.dialect.readMetaTable(connection, config.migrations.meta),
  )
  const known: TriedStage[] = []
  const { outcome } = await callUserCode(
    project,
    'try-draft',
    { target: copy, before, file: migration, setting: config.migrations, logged, kept, indexed, canReturn },
    {
      target: copy,
      runner: followMigrations([migration], project.dialect.filesOf(config.dev)),
      signal,
      timeoutMs: null,
      onNote: (stage) => known.push(stage),
    },
  )
  const problem = 'problem' in outcome ? outcome.problem : null
  const stage: Stage = problem === null ? skipped : { result: 'failed', ms: null, problem }
  return (direction: TriedStage['direction']): Pick<TriedStage, 'stage' | 'found'> =>
    known.find((each) => each.direction === direction) ?? { stage, found: null }
}

/** What the draft takes away on purpose. */
async function countLost(trial: Trial): Promise<Proof['rowsLost']> {
  const renamed = (table: string): string =>
    trial.changes.find((change) => change.kind === 'rename-table' && change.to === table)?.table ?? table
  const wanted = trial.changes.flatMap((change): { table: string; column: string | null; count: string }[] => {
    if (change.kind === 'drop-table') return [{ table: renamed(change.table), column: null, count: '*' }]
    if (change.kind !== 'drop-column' || change.from.generated !== null) return []
    return [{ table: renamed(change.table), column: change.from.name, count: quote(change.from.name) }]
  })
  return reading(trial, trial.copy, async (connection) => {
    const lost: { table: string; column: string | null; rows: number }[] = []
    for (const { table, column, count } of wanted) {
      const [row] = await connection.all(`SELECT count(${count}) AS rows FROM ${quote(table)}`).catch(() => [])
      const rows = Number(row?.rows ?? 0)
      if (rows > 0) lost.push({ table, column, rows })
    }
    return lost
  })
}

const introspect = ({ project: { dialect, config } }: Trial, target: Target): Promise<Schema> =>
  dialect.introspect(target, config.migrations.meta)

async function reading<Value>(
  { project }: Trial,
  target: Target,
  read: (connection: Awaited<ReturnType<Project['dialect']['openForReading']>>) => Promise<Value>,
): Promise<Value> {
  const connection = await project.dialect.openForReading(target)
  return read(connection).finally(() => connection.close())
}

/** What differs, a line each; what dev has beyond its migrations stands on both sides alike. */
const lines = ({ project: { dialect }, changes }: Trial, from: Schema, to: Schema): readonly string[] =>
  [
    ...diff(from, to, { rules: dialect.rules, isFromModels: false }),
    ...(changes.some(isObjectChange) ? objectChanges(from, to, dialect.rules) : []),
  ].map(describeChange)

const silent = (): void => undefined
