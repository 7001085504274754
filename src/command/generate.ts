/** `devdb generate -m MESSAGE`: draft the migration that the models need, and prove it on a copy of dev. */

import { relative } from 'node:path'
import { readModelSchema } from '../engine/compare-models.ts'
import type { Question } from '../engine/draft-questions.ts'
import { joinAnswers, noAnswers } from '../engine/draft-renames.ts'
import { type DraftReport, generate } from '../engine/generate.ts'
import { type DraftWish, type PreparedDraft, prepareDraft } from '../engine/prepare-draft.ts'
import { prepareReset } from '../engine/prepare-reset.ts'
import { withLock } from '../engine/with-lock.ts'
import { DevdbError, type Problem } from '../error.ts'
import { describeReset } from '../event/describe-reset.ts'
import { shellLine } from '../process/shell-word.ts'
import { describeChange } from '../schema/describe-change.ts'
import type { Schema } from '../schema/schema.ts'
import { askLine, canAsk, choose } from './ask.ts'
import { confirm } from './confirm.ts'
import { print, printError } from './print.ts'
import { changeDocuments, printJson, printProblem } from './print-result.ts'
import type { RenameOptions } from './rename-options.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'
import { styleNotes } from './style-note.ts'

interface GenerateOptions extends SessionOptions, RenameOptions {
  readonly message?: string
  readonly onTop?: boolean
  readonly style?: 'calls' | 'sql'
  readonly only?: readonly string[]
  readonly except?: readonly string[]
  readonly keepColumns?: boolean
  readonly keepFailed?: boolean
  readonly empty?: boolean
}

/** @returns the exit code */
export async function runGenerate(options: GenerateOptions): Promise<number> {
  const isAsking = canAsk(options.json === true)
  const message = options.message ?? (isAsking ? await askLine('What does the migration do? ') : '')
  if (message === '')
    throw new DevdbError('usage', 'a draft needs to be told what it does', {
      hint: "devdb generate -m 'area: add cool feature'",
    })
  const session = await openSession('generate', options, 'abort')
  const { project, store, signal } = session
  const locked = <Result>(work: () => Promise<Result>): Promise<Result> => withLock(project, signal, store.emit, work)
  try {
    const wish = wishOf(options, message)
    const models = options.empty === true ? null : await locked(() => readModelSchema(project, store.emit, signal))
    const prepared = await prepare(session, models, wish, isAsking)
    const keepsFailed = async ({ message: reason, details = [] }: Problem): Promise<boolean> => {
      if (options.keepFailed === true || !isAsking) return options.keepFailed === true
      printError(`${[`The proof failed: ${reason}`, ...details].join('\n')}\n`)
      return /^y(?:es)?$/i.test(await askLine('Keep the file, marked as not proven? y/n ', signal))
    }
    const ifRemoved = `to look at it, ${shellLine(['devdb', ...process.argv.slice(2), '--keep-failed'])}`
    const report = await locked(() => generate(project, prepared, { keepsFailed, ifRemoved }, signal))
    return tell({ ...report, notes: [...report.notes, ...styleNotes(options.style, report.file)] }, options)
  } finally {
    await session.close()
  }
}

const wishOf = (options: GenerateOptions, message: string): DraftWish => ({
  message,
  answers: {
    renames: options.renamed ?? [],
    tableRenames: options.renameTable ?? [],
    noRename: options.rename === false,
    underscored: options.underscored === true,
  },
  given: noAnswers,
  onTop: options.onTop === true,
  isSql: options.style === 'sql',
  isCode: options.style === 'calls',
  keepsColumns: options.keepColumns === true,
  isEmpty: options.empty === true,
  isWanted: (line) =>
    (options.only === undefined || options.only.some((part) => line.includes(part))) &&
    !(options.except ?? []).some((part) => line.includes(part)),
})

const nothing: Schema = { tables: {}, views: [], unread: [] }

/** Prepares until nothing is to be asked any more. Nobody else has to wait while somebody thinks. */
async function prepare(
  session: Session,
  models: Schema | null,
  first: DraftWish,
  isAsking: boolean,
): Promise<PreparedDraft> {
  const { project, store, signal } = session
  for (let wish = first; ; ) {
    const prepared = await withLock(project, signal, store.emit, () =>
      prepareDraft(project, models ?? nothing, wish, signal),
    )
    const [question] = prepared.questions
    if (question === undefined || !isAsking) return prepared
    const answered = await answer(session, question, wish)
    if (answered === null) return prepared
    wish = answered
  }
}

async function answer(
  { engine, project, signal }: Session,
  question: Question,
  wish: DraftWish,
): Promise<DraftWish | null> {
  const canUpgrade = question.kind === 'not-up-to-date'
  const texts = question.options.map(({ text }) => text)
  const ways = ['upgrade dev first, now', 'recreate dev from its migrations']
  const index = await choose(question.text, canUpgrade ? [...texts, ...ways] : texts, signal)
  if (index === null) return null
  const option = question.options[index]
  if (option !== undefined) {
    const { onTop = wish.onTop, ...given } = option.answer
    return { ...wish, onTop, given: joinAnswers(wish.given, given) }
  }
  if (index > texts.length) {
    const text = describeReset(await prepareReset(project), project.config.dev.label)
    if (!(await confirm({ text, command: 'devdb reset --dev', yes: false, json: false }))) return null
  }
  const { problem } = await (index > texts.length ? engine.resetDev() : engine.upgrade('head'))
  await engine.idle()
  return problem === null ? wish : null
}

function tell(report: DraftReport, options: GenerateOptions): number {
  const problem = problemOf(report)
  if (options.json === true) {
    const { problem: _, obstacle: __, ...proof } = report.proof
    const hazards = report.hazards.map((hazard) => ({ ...hazard, change: changeDocuments([hazard.change])[0] }))
    return printJson(
      {
        file: report.file,
        changes: changeDocuments(report.changes),
        hazards,
        questions: report.questions.map(({ options: choices, ...question }) => ({
          ...question,
          options: choices.map(({ text, flag }) => ({ text, flag })),
        })),
        notes: report.notes,
        proof,
      },
      problem,
    )
  }
  const lines = [
    ...report.changes.map((change) => `  ${describeChange(change)}`),
    ...report.hazards.map(({ message }) => `  ! ${message}`),
    ...report.notes.map((note) => `  ! ${note}`),
    ...(report.changes.length === 0 && report.file === null
      ? ['The migrations give what the models need: there is nothing to draft.']
      : []),
    ...(report.file === null ? [] : [`${relative(process.cwd(), report.file)}  ${proofLine(report)}`]),
  ]
  print(`${lines.join('\n')}\n`)
  if (problem === null) return 0
  return printProblem(problem)
}

const proofLine = ({ proof, changes }: DraftReport): string =>
  proof.up === 'unproven'
    ? changes.length === 0
      ? 'is empty: write what it does'
      : 'needs-edit: look for TODO; then devdb upgrade'
    : `up ${proof.up}, down ${proof.down}, up again ${proof.redo}`

function problemOf({ questions, proof }: DraftReport): Problem | null {
  if (questions.length === 0) return proof.problem
  return {
    code: 'question-open',
    message: questions.map(({ text }) => text).join('; '),
    hint: `${shellLine(['devdb', ...process.argv.slice(2)])} ${questions.map(({ options }) => options[0]?.flag).join(' ')}`,
    details: questions.flatMap(({ text, options }) => [
      text,
      ...options.map((option) => `  ${option.flag}   ${option.text}`),
    ]),
  }
}
