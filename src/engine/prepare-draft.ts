/** What a draft would be: its changes, what they may cost, what must be asked first, and the text. Nothing is written. */
import type { Change } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import type { Schema } from '../schema/schema.ts'
import { readAccepted } from './accepted-file.ts'
import { buildShadow } from './build-shadow.ts'
import { composeDraft, type DraftScript } from './compose-draft.ts'
import { countHazards, type Hazard } from './count-hazards.ts'
import { changesUp } from './draft-changes.ts'
import { notUpToDate, type Question, renameQuestions } from './draft-questions.ts'
import { decideRenames, joinAnswers, keepAnswers, type RememberedRenames, type RenameAnswers } from './draft-renames.ts'
import { assertComparable } from './not-compared.ts'
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
  /** A file of code, although the newest migration is SQL. */
  readonly isCode?: boolean
  /** The down leaves added columns in place. */
  readonly keepsColumns: boolean
  /** A migration with nothing in it, for the developer to write. */
  readonly isEmpty: boolean
  /** Of the changes' lines those that are drafted. */
  isWanted(line: string): boolean
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
 * @throws DevdbError `shadow-failed`, `models-not-compared`, `usage` for an answer that fits nothing, of dev
 */
export async function prepareDraft(
  project: Project,
  models: Schema,
  wish: DraftWish,
  signal: AbortSignal,
): Promise<PreparedDraft> {
  const { config, dialect } = project
  const { rules } = dialect
  if (!wish.isEmpty) assertComparable(config)
  const from = await dialect.introspect(await buildShadow(project, signal), config.migrations.meta)
  const before = joinAnswers(readRenames(config), wish.given)
  // Where there is no dev yet, the proof starts from all migrations anyway.
  const pending = (await dialect.exists(config.dev)) ? await pendingFiles(project, 'head', signal) : []
  if (wish.isEmpty) {
    const script = composeDraft(project, wish, { from, changes: [], hazards: [], pending, isInDev: false })
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
  const script = composeDraft(project, wish, { from, changes, hazards, pending, isInDev: notes.length > 0 })
  return { ...prepared, script }
}
