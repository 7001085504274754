/** What `init` says at its end. */
import { readFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import type { InitResult } from '../engine/init-project.ts'
import type { SurveyedProject } from '../engine/survey-project.ts'
import { describeChange } from '../schema/describe-change.ts'
import { describeFound, describeMissing } from '../survey/describe-survey.ts'
import type { InitAnswers } from '../survey/proposal.ts'
import type { Offer } from './init-offers.ts'
import { changeDocuments, problemDocument } from './print-result.ts'

/** How many differences are shown before the rest is only counted. */
const shownChanges = 8

/** The document of `--json`. */
export function initDocument(
  surveyed: SurveyedProject,
  answers: InitAnswers,
  { file, proposal, trial, steps, config }: InitResult,
  offers: readonly Offer[],
  done: readonly string[],
): Readonly<Record<string, unknown>> {
  const { models, modelsProblem, migrations, replayProblem, differences } = trial
  const documentOf = (problem: typeof modelsProblem) => (problem === null ? null : problemDocument(problem))
  return {
    file,
    text: readFileSync(file, 'utf8'),
    written: true,
    found: describeFound(surveyed.survey, proposal, surveyed.packages.name),
    missing: [...surveyed.faults, ...describeMissing(surveyed.survey, proposal, answers)],
    dev: config.dev.url,
    models: { tables: models === null ? null : Object.keys(models.tables).length, problem: documentOf(modelsProblem) },
    steps: { done: steps, problem: proposal.stepsFault },
    migrations: { count: migrations, problem: documentOf(replayProblem) },
    differences: differences === null ? null : changeDocuments(differences),
    done,
    offers: offers.map(({ id, text, command }) => ({ id, text, command })),
  }
}

const offerWords = {
  accept: 'or accept it as it is',
  adopt: 'dev has tables already: put them into a first migration, noted as applied',
  baseline: 'start replays from the schema of dev',
} as const

/** What came of the trial, and what to do next. */
export function trialLines(
  { packages, hasGit }: SurveyedProject,
  result: InitResult,
  offers: readonly Offer[],
  done: readonly string[],
): readonly string[] {
  const { trial, proposal, config, hasNewFolder, steps } = result
  const { modelsProblem, models, replayProblem, migrations, differences } = trial
  const tables = Object.keys(models?.tables ?? {}).length
  const run = (command: string): string => command.replace(/^devdb\b/, packages.devdb)
  const isBare = modelsProblem?.code === 'model-none'
  const differing = (differences ?? []).map(describeChange)
  const rest = differing.length - shownChanges
  return [
    ...(hasNewFolder
      ? [`made ${relative(dirname(result.file), config.migrations.dir)}, for the migrations to come`]
      : []),
    ...done,
    ...(isBare
      ? ['! there is no model yet']
      : modelsProblem === null
        ? [
            `✓ the models load and make ${tables} table${tables === 1 ? '' : 's'}${steps === 0 ? '' : `; ${steps} step${steps === 1 ? '' : 's'} ran`}`,
          ]
        : [`✗ the models do not make their tables: ${modelsProblem.message}`]),
    ...(proposal.stepsFault === null ? [] : [`! the seeders are only a comment in it: ${proposal.stepsFault}`]),
    ...(replayProblem === null && migrations === 0
      ? []
      : replayProblem === null
        ? [
            `✓ ${migrations} migration${migrations === 1 ? '' : 's'} can be replayed from ${config.baseline === null ? 'an empty database' : 'the baseline'}`,
          ]
        : [`✗ ${replayProblem.message}`, `  → ${replayProblem.hint ?? run('devdb doctor')}`]),
    ...(differences === null
      ? []
      : differing.length === 0
        ? ['✓ the migrations give what the models need']
        : [
            `! models and migrations differ in ${differing.length} way${differing.length === 1 ? '' : 's'} today`,
            ...differing.slice(0, shownChanges).map((line) => `    ${line}`),
            ...(rest > 0 ? [`    … and ${rest} more: ${run('devdb diff')}`] : []),
          ]),
    ...(differing.length === 0 || offers.some(({ id }) => id === 'adopt')
      ? []
      : [`  → draft what is missing: ${run("devdb generate -m 'what it does'")}`]),
    ...offers.map(({ command, id }) => `  → ${offerWords[id]}: ${run(command)}`),
    ...(hasGit ? ['.devdb/ holds what devdb keeps; it ignores itself for git, so .gitignore needs no line'] : []),
    `Next: ${run('devdb watch')}   (${run('devdb status')}, ${run('devdb doctor')})`,
  ]
}
