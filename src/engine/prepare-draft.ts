/** What a draft would be: its changes, what they may cost, what must be asked first, and the text. Nothing is written. */
import { join } from 'node:path'
import { draftName } from '../migration/draft-name.ts'
import { detectStyle } from '../migration/draft-style.ts'
import { downPath, type MigrationFile, readMigrationFolder } from '../migration/migration-folder.ts'
import { renderDraft } from '../migration/render-draft.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import type { Change } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import { fingerprint } from '../schema/fingerprint.ts'
import { needsEdit, type PlanStep } from '../schema/plan.ts'
import type { Schema } from '../schema/schema.ts'
import { readAccepted } from './accepted-file.ts'
import { buildShadow } from './build-shadow.ts'
import { countHazards, type Hazard } from './count-hazards.ts'
import { changesDown, changesUp } from './draft-changes.ts'
import { notUpToDate, type Question, renameQuestions } from './draft-questions.ts'
import { decideRenames, joinAnswers, keepAnswers, type RememberedRenames, type RenameAnswers } from './draft-renames.ts'
import { keepColumns } from './keep-columns.ts'
import { pendingFiles } from './pending-files.ts'
import type { Project } from './project.ts'
import { readEvidence } from './rename-evidence.ts'
import { readRenames } from './renames-file.ts'
import { alreadyInDev } from './synced-dev.ts'

/** What is wanted. */
export interface DraftWish {
  /** What the migration does; its file is named after it. */
  readonly message: string
  readonly answers: RenameAnswers
  /** What was answered since, one question at a time. */
  readonly given: RememberedRenames
  /** Drafts although dev has pending migrations; the proof runs them first. */
  readonly onTop: boolean
  readonly isSql: boolean
  /** The down leaves added columns in place. */
  readonly keepsColumns: boolean
  /** A migration with nothing in it, for the developer to write. */
  readonly isEmpty: boolean
  /** Of the changes' lines those that are drafted. */
  isWanted(line: string): boolean
}

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
}

/** A draft before it is written. */
export interface PreparedDraft {
  readonly changes: readonly Change[]
  /** What differs besides, and is not drafted because nobody wants it to be. */
  readonly left: readonly Change[]
  readonly hazards: readonly Hazard[]
  readonly questions: readonly Question[]
  /** What else should be known, a line each. */
  readonly notes: readonly string[]
  /** Null while a question is open, and where there is nothing to draft. */
  readonly script: DraftScript | null
  readonly remembered: RememberedRenames
}

/**
 * Prepares a draft.
 * @param project the project
 * @param models the models' schema
 * @param wish what is wanted
 * @param signal cancels it
 * @throws DevdbError `shadow-failed`, `usage` for an answer that fits nothing, of dev
 */
export async function prepareDraft(
  project: Project,
  models: Schema,
  wish: DraftWish,
  signal: AbortSignal,
): Promise<PreparedDraft> {
  const { config, dialect } = project
  const { rules } = dialect
  const from = await dialect.introspect(await buildShadow(project, signal), config.migrations.meta)
  const before = joinAnswers(readRenames(config), wish.given)
  // Where there is no dev yet, the proof starts from all migrations anyway.
  const pending = (await dialect.exists(config.dev)) ? await pendingFiles(project, 'head', signal) : []
  if (wish.isEmpty) {
    const script = compose(project, wish, { from, changes: [], hazards: [], pending, isInDev: false })
    return { changes: [], left: [], hazards: [], questions: [], notes: [], script, remembered: before }
  }
  const accepted = readAccepted(config)
  const sides = await readEvidence(project, from, models)
  const isOpen = (line: string): boolean => wish.isWanted(line) && !accepted.includes(line)
  const { renames, open, remembered: decided } = decideRenames(sides, wish.answers, before, rules, isOpen)
  const choice = { renames, accepted, rules }
  const changes = changesUp(from, models, { ...choice, isWanted: (line) => wish.isWanted(line) })
  const drafted = new Set(changes.map(describeChange))
  const left = changesUp(from, models, { ...choice, isWanted: (line) => !wish.isWanted(line) }).filter(
    (change) => !drafted.has(describeChange(change)),
  )
  // Answers about what is left out this time are for another time.
  const remembered = left.length > 0 ? keepAnswers(decided, before) : decided
  const questions = [...renameQuestions(open)]
  if (changes.length > 0 && pending.length > 0 && !wish.onTop) questions.push(notUpToDate(pending))
  const hazards = await countHazards(project, changes, from)
  const notes = await alreadyInDev(project, changes)
  const prepared = { changes, left, hazards, questions, notes, remembered }
  if (changes.length === 0 || questions.length > 0) return { ...prepared, script: null }
  const script = compose(project, wish, { from, changes, hazards, pending, isInDev: notes.length > 0 })
  return { ...prepared, script }
}

interface Parts {
  readonly from: Schema
  readonly changes: readonly Change[]
  readonly hazards: readonly Hazard[]
  readonly pending: readonly MigrationFile[]
  readonly isInDev: boolean
}

function compose(project: Project, wish: DraftWish, { from, changes, hazards, pending, isInDev }: Parts): DraftScript {
  const { dialect, config } = project
  const { dir, call } = config.migrations
  const to = applyChanges(from, changes)
  const whole = {
    up: dialect.plan(from, changes, { isDown: false, to }),
    down: dialect.plan(to, changesDown(from, to, changes, dialect.rules), { isDown: true, to: from }),
  }
  const files = readMigrationFolder(config.migrations)
  const style = detectStyle(files, dir, call)
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
  const names = files.map((file) => file.name)
  const name = draftName(names, style.extension, wish.message, new Date())
  const path = join(dir, name)
  return {
    migration: { name, path },
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
