/** Proof before offer: the written file runs up, down and up again on a copy of dev with its rows. */
import { join } from 'node:path'
import type { Target } from '../database/target.ts'
import type { Problem } from '../error.ts'
import type { DraftProof } from '../event/draft-fields.ts'
import { type MigrationFile, readMigrationFolder } from '../migration/migration-folder.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import { isObjectChange, objectOf } from '../schema/apply-objects.ts'
import type { Change } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import { objectChanges } from '../schema/object-changes.ts'
import type { Schema } from '../schema/schema.ts'
import { buildShadow } from './build-shadow.ts'
import type { Project } from './project.ts'
import { type Contents, keptTables, lostContents, quote, readContents } from './row-contents.ts'
import { runOnCopy } from './run-on-copy.ts'
import { runStages } from './run-stages.ts'
import { takeBackOn } from './take-back-drift.ts'

/** What a proof came to. */
export interface Proof extends DraftProof {
  /** Why it failed. */
  readonly problem: Problem | null
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
export const unproven: Proof = { up: 'unproven', down: 'unproven', redo: 'unproven', rowsLost: [], problem: null }

/** One proof: its database, and what it came from. */
interface Trial extends ProofWish {
  readonly project: Project
  readonly copy: Target
  readonly afterUp: Target
  readonly afterDown: Target
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
  const [copy, afterUp, afterDown] = [scratch('rehearsal'), scratch('after-up'), scratch('after-down')]
  const trial = { ...wish, project, copy, afterUp, afterDown, signal }
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
    for (const place of [copy, afterUp, afterDown]) await dialect.removeScratch(place)
  }
}

/** A copy of dev without what the draft is to make. @returns whether there can be one */
async function copyDev({ project, copy, adopts = [] }: Trial): Promise<boolean> {
  const { config, dialect } = project
  await dialect.copy(config.dev, copy, config.waitMs)
  if (adopts.length === 0) return true
  return takeBackOn(project, copy, adopts, silent).then(
    () => true,
    () => false,
  )
}

async function tryOut(trial: Trial): Promise<Proof> {
  const { project, copy, signal, migration, to, from, keeps, canReturn, changes } = trial
  const before = await introspect(trial, copy)
  const kept = keptTables(before, changes)
  const contents = (target: Target, side: 'before' | 'after'): Promise<Contents> =>
    reading(trial, target, (connection) => readContents(connection, kept, side))
  const rows = await contents(copy, 'before')
  const rowsLost = await countLost(trial)
  // What dev differed in before is no fault of the draft.
  const drift = new Set(lines(trial, before, from))
  const dropped = new Set(
    changes.filter(isObjectChange).map((change) => `- ${objectOf(change).type} ${objectOf(change).name}`),
  )
  const check = async (target: Target, schema: Schema, side: 'before' | 'after', when: string) => {
    const now = await introspect(trial, target)
    const details = [
      ...lines(trial, now, schema).filter((line) => !drift.has(line)),
      ...lostObjects(before, now, side === 'before' ? schema : to).filter((line) => !dropped.has(line)),
    ]
    if (details.length > 0) return problemOf(`${when} the schema is not the one that was wanted`, details)
    const lost = lostContents(rows, await contents(target, side))
    return lost.length === 0 ? null : problemOf(`${when} ${lost[0]}`, lost)
  }
  const { afterUp, afterDown } = trial
  const places = { work: copy, before: null, afterUp, afterDown }
  const [stages] = await runStages(project, [migration], places, signal)
  if (stages === undefined) return unproven
  const up = stages.up.problem ?? (await check(afterUp, to, 'after', 'after up'))
  if (up !== null) return { ...unproven, up: 'failed', problem: up }
  if (!canReturn) return { ...unproven, up: 'ok', rowsLost }
  const reverted = applyChanges(before, keeps)
  const down = stages.down.problem ?? (await check(afterDown, reverted, 'before', 'after down'))
  if (down !== null) return { ...unproven, up: 'ok', down: 'failed', rowsLost, problem: down }
  const redo = stages.redo.problem ?? (await check(copy, to, 'after', 'after the second up'))
  return { up: 'ok', down: 'ok', redo: redo === null ? 'ok' : 'failed', rowsLost, problem: redo }
}

/** Triggers and views that are not there any more, except those of tables that the schema does not have. */
function lostObjects(before: Schema, now: Schema, schema: Schema): readonly string[] {
  const names = ({ tables, views }: Schema): readonly string[] => [
    ...Object.values(tables).flatMap(({ triggers }) => triggers.map(({ name }) => `trigger ${name}`)),
    ...views.map(({ name }) => `view ${name}`),
  ]
  const expected = Object.values(before.tables).filter(({ name }) => schema.tables[name] !== undefined)
  const tables = Object.fromEntries(expected.map((table) => [table.name, table]))
  const present = new Set(names(now))
  return names({ ...before, tables })
    .filter((name) => !present.has(name))
    .map((name) => `- ${name}`)
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

const problemOf = (message: string, details: readonly string[]): Problem => ({
  code: 'draft-unproven',
  message,
  details,
  hint: 'devdb diff',
})

const silent = (): void => undefined
