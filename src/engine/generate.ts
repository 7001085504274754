/** The draft: the migration that brings the un-upgraded dev database to the models, proven before it is offered. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Problem } from '../error.ts'
import type { MigrationFile } from '../migration/migration-folder.ts'
import type { Change } from '../schema/change.ts'
import type { DraftFile } from './compose-draft.ts'
import type { Hazard } from './count-hazards.ts'
import { withDraftHint } from './draft-hint.ts'
import type { Question } from './draft-questions.ts'
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

/** Whether a draft whose proof failed is kept all the same, marked as such. */
export type KeepsFailed = (problem: Problem) => boolean | Promise<boolean>

/**
 * Writes a prepared draft, and proves the written file.
 * @param project the project
 * @param prepared what was prepared; without a script nothing is written
 * @param keepsFailed asked when the proof failed
 * @param ifRemoved what to do about one that failed and was removed
 * @param signal cancels it
 * @throws DevdbError `file-failed`, of dev
 */
export async function generate(
  project: Project,
  prepared: PreparedDraft,
  keepsFailed: KeepsFailed,
  signal: AbortSignal,
  ifRemoved = 'to look at it, repeat with --keep-failed',
): Promise<DraftReport> {
  const { changes, hazards, questions, notes, script, remembered } = prepared
  const report = { changes, hazards, questions, notes, file: null, proof: unproven }
  if (script === null) return report
  const { migration, files, canRun } = script
  write(files)
  const remove = (): void => {
    for (const { path } of files) rmSync(path, { force: true })
  }
  try {
    writeRenames(project.config, remembered)
    if (!canRun || changes.length === 0) return { ...report, file: migration.path }
    const proof = await proveDraft(project, { ...script, changes }, signal)
    if (proof.problem === null) return { ...report, file: migration.path, proof }
    const isKept = await keepsFailed(proof.problem)
    if (isKept) markFailed(migration.path, proof.problem.message)
    else remove()
    return { ...report, file: isKept ? migration.path : null, proof: withHint(proof, migration, isKept, ifRemoved) }
  } catch (error) {
    // Also when it was interrupted: what is not proven is not offered.
    remove()
    throw error
  }
}

function write(files: readonly DraftFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { flag: 'wx' })
  }
}

/** What failed before the draft ran is a matter of its own. */
function withHint(proof: Proof, { name, path }: MigrationFile, isKept: boolean, ifRemoved: string): Proof {
  const { problem, obstacle } = proof
  if (problem === null || (problem.migration !== name && problem.code !== 'draft-unproven')) return proof
  return { ...proof, problem: withDraftHint(problem, obstacle, path, isKept, ifRemoved) }
}

/** Its first line says that it must not be trusted. */
function markFailed(path: string, reason: string): void {
  const words = `NOT PROVEN: ${reason.replace(/\s+/g, ' ').replaceAll('*/', '* /')}`
  const mark = path.endsWith('.sql') ? `/* ${words} */` : `// ${words}`
  writeFileSync(path, `${mark}\n${readFileSync(path, 'utf8')}`)
}
