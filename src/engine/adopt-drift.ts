/** Drift is adopted: a migration is drafted that makes what dev has already, proven on a copy without it, and noted as applied on dev. */

import { DevdbError } from '../error.ts'
import type { Emit } from '../event/event.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { shellLine, shellWord } from '../process/shell-word.ts'
import { applyChanges } from '../schema/apply-changes.ts'
import { isObjectChange } from '../schema/apply-objects.ts'
import type { Change } from '../schema/change.ts'
import { withConsequences } from '../schema/consequences.ts'
import { describeChange } from '../schema/describe-change.ts'
import { diff } from '../schema/diff.ts'
import { driftObjects } from '../schema/drift-objects.ts'
import { objectChanges } from '../schema/object-changes.ts'
import { inOrder } from '../schema/order.ts'
import type { Schema } from '../schema/schema.ts'
import { composeDraft } from './compose-draft.ts'
import { renameQuestions } from './draft-questions.ts'
import { decideRenames, type RenameAnswers } from './draft-renames.ts'
import { enterDev } from './enter-dev.ts'
import type { DriftBasis } from './find-drift.ts'
import { type DraftReport, generate } from './generate.ts'
import { ledgerChange, readSources } from './ledger-change.ts'
import { writeOwnLedger } from './own-code.ts'
import type { Project } from './project.ts'
import { readRenames } from './renames-file.ts'

/** What is adopted. */
export interface Adoption {
  readonly names: readonly string[]
  readonly basis: DriftBasis
  /** From what the migrations made to what dev has. */
  readonly drift: readonly Change[]
  /** What the migration is named after. */
  readonly message: string
  /** What of it was renamed. */
  readonly answers: RenameAnswers
}

/**
 * Writes the migration and tests it: up, down and up on a copy of dev that does not have the drift.
 * @param project the project
 * @param adoption what is adopted
 * @param enter notes it as applied on dev once it is tested; null: dev is not touched
 * @param signal cancels it; the file is removed
 * @throws DevdbError `drift-stuck` where dev has pending migrations; `question-open` where something may have been renamed
 */
export async function draftAdoption(
  project: Project,
  { basis, drift, message, answers }: Adoption,
  enter: ((migration: MigrationFile) => Promise<void>) | null,
  signal: AbortSignal,
): Promise<DraftReport> {
  const { expected, pending } = basis
  const lines = drift.map(describeChange)
  if (pending.length > 0)
    throw new DevdbError(
      'drift-stuck',
      `dev has ${pending.length} pending: ${pending.join(', ')}; a migration that adopts ${lines.join('; ')} would come after them`,
      { hint: 'upgrade dev first: devdb upgrade; or take back what stands in the way: devdb drift --take-back NAME' },
    )
  const changes = changesOf(project, expected, drift, answers)
  const parts = { from: expected, changes, hazards: [], pending: [], isInDev: false }
  const script = composeDraft(project, { message, isSql: false, keepsColumns: false }, parts)
  const remembered = readRenames(project.config)
  const prepared = { changes, left: [], hazards: [], questions: [], notes: [], remembered }
  const names = driftObjects(drift).map(({ name }) => `--take-back ${shellWord(name)}`)
  const ifRemoved = `take it back instead: devdb drift ${names.join(' ')}`
  const ends = { keepsFailed: () => false, ifRemoved, ...(enter === null ? {} : { enter }) }
  const report = await generate(project, { ...prepared, script: { ...script, adopts: drift } }, ends, signal)
  // What it takes away is gone from dev already.
  return { ...report, proof: { ...report.proof, rowsLost: [] } }
}

/** What the migration does: dev has what was renamed under its new name, and other databases under the old one, with what it holds. */
function changesOf(
  { config, dialect: { rules } }: Project,
  expected: Schema,
  drift: readonly Change[],
  answers: RenameAnswers,
): readonly Change[] {
  const ordered = inOrder(drift)
  const to = applyChanges(expected, ordered)
  const sides = { from: expected, to, fits: () => true }
  const { renames, open } = decideRenames(sides, answers, readRenames(config), rules)
  const questions = renameQuestions(open)
  if (questions.length > 0)
    throw new DevdbError('question-open', questions.map(({ text }) => text).join('; '), {
      hint: `devdb drift --adopt ${shellLine(driftObjects(drift).map(({ name }) => name))} ${questions.map(({ options }) => options[0]?.flag).join(' ')}`,
      details: questions.flatMap(({ text, options }) => [
        text,
        ...options.map((option) => `  ${option.flag}   ${option.text}`),
      ]),
    })
  if (renames.length === 0) return withConsequences(expected, ordered)
  const renamed = applyChanges(expected, renames)
  const objects = drift.some(isObjectChange) ? objectChanges(renamed, to, rules) : []
  const rest = [...diff(renamed, to, { rules, isFromModels: false }), ...objects]
  return [...renames, ...withConsequences(renamed, rest)]
}

/**
 * Notes the migration as applied, in the meta table and the ledger, for what it does is there.
 * @param project the project
 * @param adoption what it adopts: where dev is another by now nothing is noted
 * @param migration its name, and where it is
 * @param emit where events go
 * @returns the id of the snapshot of right before, or null
 * @throws DevdbError `drift-changed`, and of dev
 */
export async function recordAdoption(
  project: Project,
  { basis, names, drift }: Adoption,
  migration: MigrationFile,
  emit: Emit,
): Promise<string | null> {
  const { config, dialect } = project
  const { name } = migration
  const sources = readSources([migration], [name])
  const { saved } = await enterDev<null>(project, { what: `adopt ${names.join(', ')}` }, emit, async (copy) => {
    const present = new Set((await basis.read(copy)).map(describeChange))
    const gone = drift.map(describeChange).filter((line) => !present.has(line))
    if (gone.length > 0) throw driftChanged(gone)
    const connection = await dialect.openForWriting(copy)
    await dialect.recordNames(connection, config.migrations.meta, [name]).finally(() => connection.close())
    await writeOwnLedger(dialect, config.folder, copy, ledgerChange('upgrade', [name], sources))
    return { outcome: null, enter: copy }
  })
  return saved
}

/** Somebody was quicker. */
export const driftChanged = (lines: readonly string[]): DevdbError =>
  new DevdbError('drift-changed', `dev was changed meanwhile: ${lines.join('; ')} is not what differs now`, {
    hint: 'look again: devdb drift',
  })
