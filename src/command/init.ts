/** `devdb init`: write a configuration from what the project already has, and try it. */

import { existsSync, readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { newDevSetting } from '../dialect/find-dialect.ts'
import { configFileOf, type InitResult, initProject, proposeUntried, rewriteConfig } from '../engine/init-project.ts'
import { findProjectRoot, type SurveyedProject, surveyProject } from '../engine/survey-project.ts'
import { DevdbError, type Problem } from '../error.ts'
import { assertSequelize } from '../process/assert-sequelize.ts'
import { currentFolder } from '../process/current-folder.ts'
import { stopOnSignal } from '../process/stop-on-signal.ts'
import { describeFound, describeMissing } from '../survey/describe-survey.ts'
import { openQuestions } from '../survey/open-questions.ts'
import type { InitAnswers, InitQuestion } from '../survey/proposal.ts'
import { renderConfig } from '../survey/render-config.ts'
import { askLine, canAsk, choose } from './ask.ts'
import { acceptDifferences, findOffers, type Offer, takeBaseline } from './init-offers.ts'
import { endLines, initDocument, trialLines } from './init-report.ts'
import { print, printError } from './print.ts'
import { printJson, printProblem } from './print-result.ts'

interface InitOptions {
  readonly json?: boolean
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly models?: readonly string[]
  readonly migrations?: string
  readonly dev?: string
  readonly call?: 'umzug' | 'cli'
  readonly environment?: string
}

/** @returns the exit code */
export async function runInit(options: InitOptions): Promise<number> {
  const stop = new AbortController()
  const forgetSignals = stopOnSignal(stop)
  try {
    return await init(options, stop.signal)
  } finally {
    forgetSignals()
  }
}

async function init(options: InitOptions, signal: AbortSignal): Promise<number> {
  const json = options.json === true
  const root = findProjectRoot(currentFolder())
  assertSequelize(root)
  assertAbsent(root)
  const found = await surveyProject(root, options.environment ?? null, signal)
  const { answers, open, assumed } = await answerAll(found, options, signal)
  const surveyed = { ...found, faults: [...found.faults, ...assumed] }
  if (open.length > 0) return tellQuestions(open, json)
  if (options.dryRun === true) return tellUntried(surveyed, answers, json)
  if (!json) printError('trying it: the models, and the migrations from empty\n')
  const first = await initProject(surveyed, answers, signal)
  if (!json) printLines([...factLines(surveyed, answers, first), ...trialLines(surveyed, first)])
  const { result, offers, done } = await settleOffers(surveyed, first, options, signal)
  // A project without any model is only young.
  const { modelsProblem } = result.trial
  const problem = modelsProblem?.code === 'model-none' ? null : modelsProblem
  if (json) return printJson(initDocument(surveyed, answers, result, offers, done), problem)
  printLines([
    ...(done.length === 0 ? [] : [...done, ...trialLines(surveyed, result)]),
    ...endLines(surveyed, result, offers),
  ])
  return problem === null ? 0 : printProblem(problem)
}

const printLines = (lines: readonly string[]): void => print(`${lines.join('\n')}\n`)

/** A configuration that is there is never touched. */
function assertAbsent(root: string): void {
  const name = existsSync(root)
    ? readdirSync(root).find((each) => /^devdb\.config\.(?:[cm]?[jt]s|json)$/.test(each))
    : undefined
  if (name === undefined) return
  throw new DevdbError('usage', `${name} is there already, and is left as it is`, {
    file: join(root, name),
    hint: 'devdb doctor',
  })
}

/** Asks until nothing is open, or nobody answers. */
async function answerAll(
  { survey }: SurveyedProject,
  options: InitOptions,
  signal: AbortSignal,
): Promise<{
  readonly answers: InitAnswers
  readonly open: readonly InitQuestion[]
  /** What was answered by nobody, a line each. */
  readonly assumed: readonly string[]
}> {
  const assumed: string[] = []
  let answers: InitAnswers = {
    models: options.models ?? [],
    migrations: options.migrations?.replace(/^\.\//, '').replace(/\/$/, '') ?? null,
    dev: options.dev ?? null,
    call: options.call ?? null,
  }
  for (;;) {
    const open = openQuestions(survey, answers, newDevSetting)
    const [question] = open
    if (question === undefined) return { answers, open, assumed }
    const answer = await answerOf(question, options, signal)
    if (answer === null) return { answers, open, assumed }
    if (options.yes === true)
      assumed.push(`${question.text} ${answer}, as --yes asks nothing; another with ${question.flag}`)
    answers = { ...answers, [question.id]: question.id === 'models' ? [answer] : answer }
  }
}

async function answerOf(
  { id, kind, text, flag, options: choices }: InitQuestion,
  { yes, json }: InitOptions,
  signal: AbortSignal,
): Promise<string | null> {
  if (yes === true) return choices[0]?.answer ?? null
  if (!canAsk(json === true)) return null
  if (kind === 'text') return (await askLine(`${text} `, signal)) || null
  const texts = [...choices.map((choice) => choice.text), ...(id === 'call' ? [] : ['another one'])]
  const index = await choose(text, texts, signal)
  if (index === null) return null
  return choices[index]?.answer ?? ((await askLine(`${flag.slice(2)}: `, signal)) || null)
}

function tellQuestions(open: readonly InitQuestion[], json: boolean): number {
  const problem: Problem = {
    code: 'question-open',
    message: open.map(({ text }) => text).join('; '),
    hint: `devdb init ${open.map(({ options, flag }) => options[0]?.flag ?? `${flag} PATH`).join(' ')}`,
    details: open.flatMap(({ text, options }) => [
      ...(open.length === 1 ? [] : [text]),
      ...options.map((each) => `  ${each.flag}   ${each.text}`),
    ]),
  }
  const questions = open.map(({ id, kind, text, options }) => ({
    id,
    kind,
    text,
    options: options.map((each) => ({ text: each.text, flag: each.flag })),
  }))
  return json ? printJson({ questions }, problem) : printProblem(problem)
}

function tellUntried(surveyed: SurveyedProject, answers: InitAnswers, json: boolean): number {
  const proposal = proposeUntried(surveyed, answers)
  const text = renderConfig(proposal)
  const file = configFileOf(surveyed)
  if (json) return printJson({ file, text, written: false }, null)
  printError(`${basename(file)} would be:\n`)
  print(text)
  return 0
}

const factLines = (surveyed: SurveyedProject, answers: InitAnswers, result: InitResult): readonly string[] => [
  ...describeFound(surveyed.survey, result.proposal, surveyed.packages.name).map((line) => `  found    ${line}`),
  ...[...surveyed.faults, ...describeMissing(surveyed.survey, result.proposal, answers)].map(
    (line) => `  missing  ${line}`,
  ),
  `wrote ${relative(process.cwd(), result.file)}`,
]

/** Takes what is offered: at a terminal whoever sits there says so; `--yes` takes what nothing works without. */
async function settleOffers(surveyed: SurveyedProject, first: InitResult, options: InitOptions, signal: AbortSignal) {
  let result = first
  const done: string[] = []
  const refused = new Set<Offer['id']>()
  for (;;) {
    const offers = await findOffers(result, signal)
    const offer = offers.find(({ id }) => id !== 'adopt' && !refused.has(id))
    if (offer === undefined) return { result, offers, done }
    if (!(await isTaken(offer, options, signal))) {
      refused.add(offer.id)
      continue
    }
    if (offer.id === 'baseline') {
      const start = await takeBaseline(result.config, signal)
      result = await rewriteConfig(surveyed, result, { baseline: { kind: 'sql', start } }, signal)
      done.push(`wrote ${start}, where replays start from now on`)
    } else {
      done.push(await acceptDifferences(result))
      result = await rewriteConfig(surveyed, result, {}, signal)
    }
    refused.add(offer.id)
  }
}

async function isTaken({ text, isNeeded }: Offer, { yes, json }: InitOptions, signal: AbortSignal): Promise<boolean> {
  if (yes === true) return isNeeded
  if (!canAsk(json === true)) return false
  return /^y(?:es)?$/i.test(await askLine(`${text} y/n `, signal))
}
