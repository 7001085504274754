/** What `init` says at its end. */

import { readFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { onlyReplayed } from '../engine/find-remedy.ts'
import type { InitResult } from '../engine/init-project.ts'
import type { SurveyedProject } from '../engine/survey-project.ts'
import { describeShared } from '../model/describe-shared.ts'
import type { Installer } from '../process/find-installer.ts'
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
  result: InitResult,
  offers: readonly Offer[],
  done: readonly string[],
): Readonly<Record<string, unknown>> {
  const { file, proposal, trial, steps, config } = result
  const { models, modelsProblem, migrations, replayProblem, differences } = trial
  const documentOf = (problem: typeof modelsProblem) => (problem === null ? null : problemDocument(problem))
  return {
    file,
    text: readFileSync(file, 'utf8'),
    written: true,
    found: describeFound(surveyed.survey, proposal, surveyed.packages.name),
    missing: [...surveyed.faults, ...describeMissing(surveyed.survey, proposal, answers)],
    notes: trialNotes(result),
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

/** What came of the trial. */
export function trialLines({ packages }: SurveyedProject, result: InitResult): readonly string[] {
  const { trial, proposal, config, steps } = result
  const { modelsProblem, models, replayProblem, migrations } = trial
  return [
    modelsProblem?.code === 'model-none'
      ? '! there is no model yet'
      : modelsProblem === null
        ? `✓ ${proposal.syncFault === null ? 'the models load and make' : 'the migrations make'} ${counted(Object.keys(models?.tables ?? {}).length, 'table')}${steps === 0 ? '' : `; ${counted(steps, 'step')} ran`}`
        : `✗ the models do not make their tables: ${modelsProblem.message}`,
    // What would help, as far as it is there.
    ...(modelsProblem?.code === 'schema-failed'
      ? [
          `  → leave out what sync() refuses, by models.exclude${replayProblem === null ? '' : '; where the migrations can be replayed, the throwaway can be built from them'}`,
        ]
      : []),
    ...trialNotes(result).map((line) => `! ${line}`),
    ...(proposal.stepsFault === null ? [] : [`! the seeders are only a comment in it: ${proposal.stepsFault}`]),
    ...(replayProblem !== null
      ? [`✗ ${replayProblem.message}`, `  → ${replayProblem.hint ?? typed('devdb doctor', packages)}`]
      : migrations === 0
        ? []
        : [
            `✓ ${counted(migrations ?? 0, 'migration')} can be replayed from ${config.baseline === null ? 'an empty database' : 'the baseline'}`,
          ]),
    ...differenceLines(result, packages),
  ]
}

/** What works, and should be known. */
function trialNotes({ trial, shared }: InitResult): readonly string[] {
  const unmade = onlyReplayed(trial)
  return [
    ...shared.map(describeShared),
    ...(unmade.length === 0
      ? []
      : [
          `only the migrations make ${unmade.join(', ')}: the throwaway gets such things from a SQL file or module that models.afterSync names`,
        ]),
  ]
}

function differenceLines({ trial: { differences, migrations } }: InitResult, packages: Installer): readonly string[] {
  if (differences === null) return []
  if (differences.length === 0) return migrations === 0 ? [] : ['✓ the migrations give what the models need']
  const rest = differences.length - shownChanges
  return [
    migrations === 0
      ? '! no migration gives yet what the models need'
      : `! models and migrations differ in ${counted(differences.length, 'way')} today`,
    ...differences.slice(0, shownChanges).map((change) => `    ${describeChange(change)}`),
    ...(rest > 0 ? [`    … and ${rest} more: ${typed('devdb diff', packages)}`] : []),
  ]
}

/** What to do next. */
export function endLines(
  { packages, hasGit }: SurveyedProject,
  { trial, hasNewFolder, file, config }: InitResult,
  offers: readonly Offer[],
): readonly string[] {
  const isOpen = (trial.differences ?? []).length > 0 && !offers.some(({ id }) => id === 'adopt')
  return [
    ...(isOpen ? [`  → draft it: ${typed("devdb generate -m 'what it does'", packages)}`] : []),
    ...offers.map(({ command, id }) => `  → ${offerWords[id]}: ${typed(command, packages)}`),
    ...(hasNewFolder ? [`made ${relative(dirname(file), config.migrations.dir)}, for the migrations to come`] : []),
    ...(hasGit ? ['.devdb/ holds what devdb keeps; it ignores itself for git, so .gitignore needs no line'] : []),
    `Next: ${typed('devdb watch', packages)}   (${typed('devdb status', packages)}, ${typed('devdb doctor', packages)})`,
  ]
}

/** A command as the project's package manager runs it. */
const typed = (command: string, { devdb }: Installer): string => command.replace(/^devdb\b/, devdb)

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
