/** The text of a draft, and all that its proof needs. Nothing is written. */
import { placeDraft } from '../migration/draft-name.ts'
import { detectStyle } from '../migration/draft-style.ts'
import { downPath, type MigrationFile, readMigrationFolder } from '../migration/migration-folder.ts'
import { renderDraft } from '../migration/render-draft.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import type { Change } from '../schema/change.ts'
import { fingerprint } from '../schema/fingerprint.ts'
import { needsEdit, type PlanStep } from '../schema/plan.ts'
import type { Schema } from '../schema/schema.ts'
import type { Hazard } from './count-hazards.ts'
import { changesDown } from './draft-changes.ts'
import { findRunner } from './find-runner.ts'
import { keepColumns } from './keep-columns.ts'
import type { Project } from './project.ts'

/** A file to be written. */
export interface DraftFile {
  /** Absolute. */
  readonly path: string
  readonly text: string
}

/** What would be written, and all that its proof needs. */
export interface DraftScript {
  readonly migration: MigrationFile
  /** The migration, and its way back where that is a file of its own. */
  readonly files: readonly DraftFile[]
  readonly from: Schema
  readonly to: Schema
  /** What is there after the down: `from`, and the columns that it keeps. */
  readonly reverted: Schema
  readonly keeps: readonly Change[]
  readonly pending: readonly MigrationFile[]
  /** Whether up and down can run before the developer has filled something in. */
  readonly canRun: boolean
  readonly canReturn: boolean
  /** Whether dev holds parts of it already, so that it cannot run there. */
  readonly isInDev: boolean
  /** What dev has already and the draft makes: it is taken back on the copy that proves it. */
  readonly adopts?: readonly Change[]
}

/** How it is to be written. */
export interface DraftLook {
  /** What it does, in words. */
  readonly message: string
  readonly isSql: boolean
  /** A file of code, although the newest migration is SQL. */
  readonly isCode?: boolean
  readonly keepsColumns: boolean
}

/** What it is made of. */
export interface DraftParts {
  /** What the migrations make without it. */
  readonly from: Schema
  readonly changes: readonly Change[]
  readonly hazards: readonly Hazard[]
  readonly pending: readonly MigrationFile[]
  readonly isInDev: boolean
}

/**
 * Writes a draft, in memory.
 * @param project the project
 * @param wish how
 * @param parts of what
 */
export function composeDraft(
  project: Project,
  wish: DraftLook,
  { from, changes, hazards, pending, isInDev }: DraftParts,
): DraftScript {
  const { dialect, config } = project
  const to = applyChanges(from, changes)
  const whole = {
    up: dialect.plan(from, changes, { isDown: false, to }),
    down: dialect.plan(to, changesDown(from, to, changes, dialect.rules), { isDown: true, to: from }),
  }
  const files = readMigrationFolder(config.migrations)
  const style = detectStyle(files, config.migrations, {
    runner: () => findRunner(config),
    isCode: wish.isCode === true,
  })
  const keeps = wish.keepsColumns ? changes.filter(({ kind }) => kind === 'add-column') : []
  const plan = wish.keepsColumns ? keepColumns(changes, whole, style.extension) : whole
  const text = renderDraft({
    ...plan,
    style,
    isSql: wish.isSql,
    from: fingerprint(from),
    to: fingerprint(to),
    keeps: keeps.flatMap((change) => (change.kind === 'add-column' ? [`${change.table}.${change.to.name}`] : [])),
    remarks: hazards.map(({ message }) => `In dev when this was drafted: ${message}.`),
    dialect,
  })
  const { extension } = style
  const migration = placeDraft(config.migrations, files, { extension, message: wish.message, now: new Date() })
  const { path } = migration
  return {
    migration,
    files: [{ path, text: text.up }, ...(text.down === null ? [] : [{ path: downPath(path), text: text.down }])],
    from,
    to,
    reverted: applyChanges(from, keeps),
    keeps,
    pending,
    canRun: isComplete(plan.up),
    canReturn: isComplete(plan.down),
    isInDev,
  }
}

const isComplete = (steps: readonly PlanStep[]): boolean => !steps.some(needsEdit)
