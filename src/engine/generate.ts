/** The draft: the migration that brings the un-upgraded dev database to the models, proven before it is offered. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Emit } from '../event/event.ts'
import { draftName } from '../migration/draft-name.ts'
import { detectStyle } from '../migration/draft-style.ts'
import { type MigrationFile, readMigrationFolder } from '../migration/migration-folder.ts'
import { renderDraft } from '../migration/render-draft.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import type { Change } from '../schema/change.ts'
import { fingerprint } from '../schema/fingerprint.ts'
import { needsEdit, type PlanStep } from '../schema/plan.ts'
import type { Schema } from '../schema/schema.ts'
import { readAccepted } from './accepted-file.ts'
import { buildShadow } from './build-shadow.ts'
import { readModelSchema } from './compare-models.ts'
import { countHazards, type Hazard } from './count-hazards.ts'
import { changesDown, changesUp } from './draft-changes.ts'
import { notUpToDate, type Question, renameQuestions } from './draft-questions.ts'
import type { Project } from './project.ts'
import { type Proof, proveDraft, unproven } from './prove-draft.ts'
import { readDevPosition } from './read-dev-board.ts'

/** What is wanted. */
export interface DraftWish {
  /** What the migration does; its file is named after it. */
  readonly message: string
  /** Answers such as `users.nick:users.nickname`. */
  readonly renames: readonly string[]
  /** Answers such as `people:users`. */
  readonly tableRenames: readonly string[]
  /** Nothing is a rename beyond those that are given. */
  readonly noRename: boolean
  /** Drafts although dev has pending migrations; the proof runs them first. */
  readonly onTop: boolean
  readonly isSql: boolean
  /** Keeps the file of a draft whose proof failed. */
  readonly keepFailed: boolean
  /** Of the changes' lines those that are drafted. */
  isWanted(line: string): boolean
}

/** What came of it. */
export interface DraftReport {
  /** The file, absolute; null when there is nothing to draft, a question is open, or the proof failed. */
  readonly file: string | null
  readonly changes: readonly Change[]
  readonly hazards: readonly Hazard[]
  readonly questions: readonly Question[]
  readonly proof: Proof
}

/**
 * Drafts a migration.
 * @param project the project
 * @param wish what is wanted
 * @param emit where events go
 * @param signal cancels it
 * @throws DevdbError `shadow-failed`, of the models, of dev
 */
export async function generate(
  project: Project,
  wish: DraftWish,
  emit: Emit,
  signal: AbortSignal,
): Promise<DraftReport> {
  const { config, dialect } = project
  const models = await readModelSchema(project, emit, signal)
  const from = await dialect.introspect(await buildShadow(project, signal), config.migrations.meta)
  const found = changesUp(from, models, { ...wish, accepted: readAccepted(config), rules: dialect.rules })
  const open = wish.noRename ? [] : [...renameQuestions(found)]
  const pending = await pendingFiles(project)
  if (found.length > 0 && pending.length > 0 && !wish.onTop) open.push(notUpToDate(pending))
  const hazards = await countHazards(project, found, from)
  if (found.length === 0 || open.length > 0)
    return { file: null, changes: found, hazards, questions: open, proof: unproven }

  const to = applyChanges(from, found)
  const down = changesDown(from, to, found, dialect.rules)
  const plan = {
    up: dialect.plan(from, found, { isDown: false, to }),
    down: dialect.plan(to, down, { isDown: true, to: from }),
  }
  const draft = writeDraft(project, wish, plan, { from, to }, hazards)
  const report = { changes: found, hazards, questions: [] }
  if (plan.up.some(needsEdit)) return { ...report, file: draft.path, proof: unproven }
  try {
    const canReturn = !plan.down.some(needsEdit)
    const proof = await proveDraft(project, { draft, pending, from, wanted: to, changes: found, canReturn }, signal)
    const isKept = proof.problem === null || wish.keepFailed
    if (!isKept) rmSync(draft.path, { force: true })
    else if (proof.problem !== null) markFailed(draft.path, proof.problem.message)
    return { ...report, file: isKept ? draft.path : null, proof }
  } catch (error) {
    // Also when it was interrupted: what is not proven is not offered.
    rmSync(draft.path, { force: true })
    throw error
  }
}

/** Its first line says that it must not be trusted. */
function markFailed(path: string, reason: string): void {
  writeFileSync(path, `// NOT PROVEN: ${reason.replace(/\s+/g, ' ')}\n${readFileSync(path, 'utf8')}`)
}

async function pendingFiles(project: Project): Promise<readonly MigrationFile[]> {
  const { board, files } = await readDevPosition(project)
  if (!board.exists) return []
  return board.migrations
    .filter(({ state }) => state === 'pending')
    .map(({ name }) => files.find((file) => file.name === name)!)
}

interface DraftPlan {
  readonly up: readonly PlanStep[]
  readonly down: readonly PlanStep[]
}

function writeDraft(
  project: Project,
  wish: DraftWish,
  plan: DraftPlan,
  schemas: { from: Schema; to: Schema },
  hazards: readonly Hazard[],
): MigrationFile {
  const { dir, call } = project.config.migrations
  const files = readMigrationFolder(project.config.migrations)
  const style = detectStyle(files, dir, call)
  const text = renderDraft({
    ...plan,
    style,
    isSql: wish.isSql,
    from: fingerprint(schemas.from),
    to: fingerprint(schemas.to),
    remarks: hazards.map(({ message }) => `In dev when this was drafted: ${message}.`),
    modelType: project.dialect.modelType,
    rebuildFunction: project.dialect.rebuildFunction,
  })
  const names = files.map((file) => file.name)
  const name = draftName(names, style.extension, wish.message, new Date())
  const path = join(dir, name)
  mkdirSync(dir, { recursive: true })
  writeFileSync(path, text, { flag: 'wx' })
  return { name, path }
}
