/** The draft: the migration that brings the un-upgraded dev database to the models, proven before it is offered. */
import type { Problem } from '../error.ts'
import { notProvenMark } from '../migration/draft-mark.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import { reach } from '../process/reach.ts'
import type { Change } from '../schema/change.ts'
import type { Hazard } from './count-hazards.ts'
import { withDraftHint } from './draft-hint.ts'
import type { Question } from './draft-questions.ts'
import { settleHiddenDrafts, writeHiddenDraft } from './hidden-draft.ts'
import type { PreparedDraft } from './prepare-draft.ts'
import type { Project } from './project.ts'
import { type Proof, proveDraft, unproven } from './prove-draft.ts'
import { writeRenames } from './renames-file.ts'

/** What came of it. */
export interface DraftReport {
  /** The file, absolute; null when there is nothing to draft, a question is open, or the proof failed. */
  readonly file: string | null
  readonly changes: readonly Change[]
  readonly hazards: readonly Hazard[]
  readonly questions: readonly Question[]
  readonly notes: readonly string[]
  readonly proof: Proof
}

/** What the caller does between the test and the name. */
export interface DraftEnds {
  /** Whether a draft whose test failed is kept all the same, marked as such. */
  keepsFailed(problem: Problem): boolean | Promise<boolean>
  /** After a test that passed: notes it as applied on dev. The draft is still under its hidden name. */
  enter?(migration: MigrationFile): Promise<void>
  /** What to do about one that failed and was removed. */
  readonly ifRemoved?: string
}

/**
 * Writes a prepared draft, tests the written file, and gives it its name.
 * @param project the project
 * @param prepared what was prepared; without a script nothing is written
 * @param ends what the caller does after the test
 * @param signal cancels it
 * @throws DevdbError `file-failed`, of dev
 */
export async function generate(
  project: Project,
  prepared: PreparedDraft,
  ends: DraftEnds,
  signal: AbortSignal,
): Promise<DraftReport> {
  const { changes, hazards, questions, notes, script, remembered } = prepared
  const report = { changes, hazards, questions, notes, file: null, proof: unproven }
  if (script === null) return report
  const draft = writeHiddenDraft(script)
  let isEntering = false
  try {
    const isTested = script.canRun && changes.length > 0
    const tested = isTested
      ? await proveDraft(project, { ...script, migration: draft.migration, changes }, signal)
      : unproven
    const problem =
      tested.problem === null ? null : withName(tested.problem, draft.migration.path, script.migration.path)
    let proof: Proof = { ...tested, problem }
    reach('draft-tested')
    if (problem !== null) {
      const isKept = await ends.keepsFailed(problem)
      proof = withHint(proof, script.migration, isKept, ends.ifRemoved ?? 'to look at it, repeat with --keep-failed')
      if (!isKept) {
        draft.remove()
        writeRenames(project.config, remembered)
        return { ...report, proof }
      }
      draft.mark(untestedMark(script.migration.path, problem.message))
    } else if (isTested && ends.enter !== undefined) {
      isEntering = true
      await ends.enter(draft.migration)
    }
    draft.publish()
    reach('draft-named')
    writeRenames(project.config, remembered)
    return { ...report, file: script.migration.path, proof }
  } catch (error) {
    // Also when it was interrupted: what is not tested is not offered. Once dev may have it, dev decides.
    if (isEntering) await settleHiddenDrafts(project)
    else draft.remove()
    throw error
  }
}

/** Its first line says that it must not be trusted. */
function untestedMark(path: string, reason: string): string {
  const words = `${notProvenMark}: ${reason.replace(/\s+/g, ' ').replaceAll('*/', '* /')}`
  return path.endsWith('.sql') ? `/* ${words} */` : `// ${words}`
}

/** What failed before the draft ran is a matter of its own. */
function withHint(proof: Proof, { name, path }: MigrationFile, isKept: boolean, ifRemoved: string): Proof {
  const { problem, obstacle } = proof
  if (problem === null || (problem.migration !== name && problem.code !== 'draft-unproven')) return proof
  return { ...proof, problem: withDraftHint(problem, obstacle, path, isKept, ifRemoved) }
}

/** A Problem of the hidden file, as one of the file with its name. */
const withName = (problem: Problem, hidden: string, path: string): Problem =>
  JSON.parse(JSON.stringify(problem).replaceAll(jsonText(hidden), jsonText(path))) as Problem

/** A text as it stands within a JSON string. */
const jsonText = (text: string): string => JSON.stringify(text).slice(1, -1)
