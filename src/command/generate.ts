/** `devdb generate -m MESSAGE`: draft the migration that the models need, and prove it on a copy of dev. */
import { relative } from 'node:path'
import { type DraftReport, generate } from '../engine/generate.ts'
import { withLock } from '../engine/with-lock.ts'
import { DevdbError, type Problem } from '../error.ts'
import { describeChange } from '../schema/describe-change.ts'
import { changeDocuments, printJson, printProblem } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface GenerateOptions extends SessionOptions {
  readonly message?: string
  /** False: nothing was renamed beyond what is said. */
  readonly rename?: boolean
  readonly renamed?: readonly string[]
  readonly renameTable?: readonly string[]
  readonly onTop?: boolean
  readonly style?: 'calls' | 'sql'
  readonly only?: readonly string[]
  readonly except?: readonly string[]
  readonly keepFailed?: boolean
}

/** @returns the exit code */
export async function runGenerate(options: GenerateOptions): Promise<number> {
  const message = options.message
  if (message === undefined)
    throw new DevdbError('usage', 'a draft needs to be told what it does', {
      hint: "devdb generate -m 'area: add cool feature'",
    })
  const session = await openSession('generate', options, 'abort')
  try {
    const { project, store, signal } = session
    const wish = {
      message,
      renames: options.renamed ?? [],
      tableRenames: options.renameTable ?? [],
      noRename: options.rename === false,
      onTop: options.onTop === true,
      isSql: options.style === 'sql',
      keepFailed: options.keepFailed === true,
      isWanted: (line: string) =>
        (options.only === undefined || options.only.some((part) => line.includes(part))) &&
        !(options.except ?? []).some((part) => line.includes(part)),
    }
    const report = await withLock(project, signal, store.emit, () => generate(project, wish, store.emit, signal))
    return tell(report, options)
  } finally {
    await session.close()
  }
}

function tell(report: DraftReport, options: GenerateOptions): number {
  const problem = problemOf(report)
  if (options.json === true) {
    const { problem: _, ...proof } = report.proof
    const hazards = report.hazards.map((hazard) => ({ ...hazard, change: changeDocuments([hazard.change])[0] }))
    return printJson(
      { file: report.file, changes: changeDocuments(report.changes), hazards, questions: report.questions, proof },
      problem,
    )
  }
  const lines = [
    ...report.changes.map((change) => `  ${describeChange(change)}`),
    ...report.hazards.map(({ message }) => `  ! ${message}`),
    ...(report.changes.length === 0 ? ['The migrations give what the models need: there is nothing to draft.'] : []),
    ...(report.file === null ? [] : [`${relative(process.cwd(), report.file)}  ${proofLine(report)}`]),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  if (problem === null) return 0
  return printProblem(problem)
}

const proofLine = ({ proof }: DraftReport): string =>
  proof.up === 'unproven'
    ? 'needs your edit: look for TODO; then devdb upgrade'
    : `up ${proof.up}, down ${proof.down}, up again ${proof.redo}`

function problemOf({ questions, proof }: DraftReport): Problem | null {
  if (questions.length === 0) return proof.problem
  return {
    code: 'question-open',
    message: questions.map(({ text }) => text).join('; '),
    hint: `devdb generate … ${questions.map(({ options }) => options[0]?.flag).join(' ')}`,
    details: questions.flatMap(({ text, options }) => [
      text,
      ...options.map((option) => `  ${option.flag}   ${option.text}`),
    ]),
  }
}
