/** The draft: the migration that brings the un-upgraded dev database to the models, proven before it is offered. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DevdbError } from '../error.ts'
import type { Emit } from '../event/event.ts'
import { detectStyle, draftName } from '../migration/draft-style.ts'
import { type MigrationFile, readMigrationFolder } from '../migration/migration-folder.ts'
import { renderDraft } from '../migration/render-draft.ts'
import { siftAccepted } from '../schema/accepted.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import { type Change, reverse } from '../schema/change.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import { fingerprint } from '../schema/fingerprint.ts'
import type { PlanStep } from '../schema/plan.ts'
import { type Rename, type RenameCandidate, renameCandidates } from '../schema/rename.ts'
import type { Schema } from '../schema/schema.ts'
import { readAccepted } from './accepted-file.ts'
import { buildShadow } from './build-shadow.ts'
import { readModelSchema } from './compare-models.ts'
import type { Project } from './project.ts'
import { type Proof, proveDraft, unproven } from './prove-draft.ts'
import { readDevPosition } from './read-dev-board.ts'

/** What is wanted. */
export interface DraftWish {
  /** What the migration does; its file is named after it. */
  readonly message: string
  readonly renames: readonly Rename[]
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

/** A question, and the flags of which one answers it. */
export interface Question {
  readonly id: string
  readonly kind: 'rename-column' | 'rename-table' | 'not-up-to-date'
  readonly text: string
  readonly options: readonly { readonly text: string; readonly flag: string }[]
}

/** What a change may cost, in rows of dev as it is now. */
export interface Hazard {
  readonly change: Change
  readonly rows: number
  readonly message: string
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
  const found = changesBetween(project, from, models, wish)
  const open = openQuestions(found, wish)
  const pending = await pendingFiles(project)
  if (found.length > 0 && pending.length > 0 && !wish.onTop) open.push(notUpToDate(pending))
  const hazards = await countHazards(project, found, from)
  if (found.length === 0 || open.length > 0)
    return { file: null, changes: found, hazards, questions: open, proof: unproven }

  const to = applyChanges(from, found)
  const plan = {
    up: dialect.plan(from, found, { isDown: false }),
    down: dialect.plan(to, backwards(project, found, to, from), { isDown: true }),
  }
  const draft = writeDraft(project, wish, plan, { from, to }, hazards)
  const needsEdit = plan.up.some(
    (step) => step.kind === 'rebuild-table' && step.copy.some(({ expression }) => expression === null),
  )
  if (needsEdit) return { file: draft.path, changes: found, hazards, questions: [], proof: unproven }
  const dropped = new Set(
    found.flatMap((change) => (change.kind === 'drop-table' || change.kind === 'rename-table' ? [change.table] : [])),
  )
  const proof = await proveDraft(project, { draft, pending, from, wanted: to, dropped }, signal)
  const isKept = proof.problem === null || wish.keepFailed
  if (!isKept) rmSync(draft.path, { force: true })
  return { file: isKept ? draft.path : null, changes: found, hazards, questions: [], proof }
}

/** What is to be drafted: renames that were answered first, then what still differs and is neither accepted nor left out. */
function changesBetween(
  { config, dialect }: Project,
  from: Schema,
  models: Schema,
  wish: DraftWish,
): readonly Change[] {
  const renames = wish.renames.map((rename): Change => renameChange(rename, from, models))
  const rest = diff(applyChanges(from, renames), models, { rules: dialect.rules, isFromModels: true })
  const { changes } = siftAccepted(rest, readAccepted(config))
  return [...renames, ...changes.filter((change) => wish.isWanted(describeChange(change)))]
}

/** The way back: the renames first, and then whatever differs. */
function backwards({ dialect }: Project, changes: readonly Change[], to: Schema, from: Schema): readonly Change[] {
  const renames = changes
    .filter(({ kind }) => kind === 'rename-table' || kind === 'rename-column')
    .map(reverse)
    .reverse()
  return [...renames, ...diff(applyChanges(to, renames), from, { rules: dialect.rules, isFromModels: false })]
}

function renameChange({ table, from, to }: Rename, before: Schema, after: Schema): Change {
  const unknown = (what: string, flag: string): DevdbError =>
    new DevdbError('usage', `${what}, so it cannot be renamed so`, {
      hint: `devdb diff shows what there is; then ${flag}`,
    })
  if (table === null) {
    if (before.tables[from] === undefined || after.tables[to] === undefined)
      throw unknown(`there is no table ${from} before, or no ${to} after`, '--rename-table old:new')
    return { kind: 'rename-table', table: from, to }
  }
  const has = (schema: Schema, column: string): boolean =>
    schema.tables[table]?.columns.some(({ name }) => name === column) === true
  if (!has(before, from) || !has(after, to))
    throw unknown(
      `there is no column ${table}.${from} before, or no ${table}.${to} after`,
      '--rename table.old:table.new',
    )
  return { kind: 'rename-column', table, from, to }
}

function openQuestions(changes: readonly Change[], { noRename }: DraftWish): Question[] {
  return noRename ? [] : renameCandidates(changes).map(renameQuestion)
}

function renameQuestion({ table, from, to }: RenameCandidate): Question {
  const full = (name: string): string => (table === null ? name : `${table}.${name}`)
  const flag = table === null ? '--rename-table' : '--rename'
  return {
    id: `rename ${full(from)}`,
    kind: table === null ? 'rename-table' : 'rename-column',
    text: `${full(from)} is gone: was it renamed?`,
    options: [
      ...to.map((name) => ({ text: `renamed to ${full(name)}`, flag: `${flag} ${full(from)}:${full(name)}` })),
      { text: 'no, dropped with what it holds', flag: '--no-rename' },
    ],
  }
}

const notUpToDate = (pending: readonly MigrationFile[]): Question => ({
  id: 'not-up-to-date',
  kind: 'not-up-to-date',
  text: `dev has ${pending.length} pending: ${pending.map(({ name }) => name).join(', ')}; upgrade it first (devdb upgrade), or draft on top of them`,
  options: [{ text: 'draft on top of them; the proof runs them first', flag: '--on-top' }],
})

async function pendingFiles(project: Project): Promise<readonly MigrationFile[]> {
  const { board, files } = await readDevPosition(project)
  if (!board.exists) return []
  return board.migrations
    .filter(({ state }) => state === 'pending')
    .map(({ name }) => files.find((file) => file.name === name)!)
}

async function countHazards(
  { config, dialect }: Project,
  changes: readonly Change[],
  from: Schema,
): Promise<readonly Hazard[]> {
  if (!(await dialect.exists(config.dev))) return []
  const connection = await dialect.openForReading(config.dev)
  const hazards: Hazard[] = []
  try {
    for (const change of changes) {
      const query = dialect.hazardOf(change, from)
      if (query === null) continue
      // Pending migrations may yet make what the query names.
      const rows = await connection.all(query.sql).then(
        ([row]) => Number(row?.rows),
        () => 0,
      )
      if (rows > 0) hazards.push({ change, rows, message: `${rows} ${query.meaning}` })
    }
  } finally {
    await connection.close()
  }
  return hazards
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
  const style = detectStyle(readMigrationFolder(project.config.migrations), dir, call)
  const text = renderDraft({
    ...plan,
    style,
    isSql: wish.isSql,
    from: fingerprint(schemas.from),
    to: fingerprint(schemas.to),
    remarks: hazards.map(({ message }) => `In dev when this was drafted: ${message}.`),
    modelType: project.dialect.modelType,
  })
  const name = draftName(style, wish.message, Date.now())
  const path = join(dir, name)
  mkdirSync(dir, { recursive: true })
  writeFileSync(path, text, { flag: 'wx' })
  return { name, path }
}
