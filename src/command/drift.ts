/** `devdb drift`: what in dev its migrations did not make, and what becomes of it: adopted, taken back, ignored, or left. */

import { relative } from 'node:path'
import { readModelSchema } from '../engine/compare-models.ts'
import { type Drift, findDrift } from '../engine/find-drift.ts'
import { ignoredDriftName } from '../engine/ignored-drift.ts'
import { keepDrift } from '../engine/known-drift.ts'
import type { DriftReport } from '../engine/settle-drift.ts'
import { withLock } from '../engine/with-lock.ts'
import { DevdbError } from '../error.ts'
import { describeWayBack } from '../event/describe-drift.ts'
import { shellWord } from '../process/shell-word.ts'
import { type DriftObject, findDriftObject } from '../schema/drift-objects.ts'
import { confirm } from './confirm.ts'
import { print, printError } from './print.ts'
import { changeDocuments, endWith, printJson } from './print-result.ts'
import type { RenameOptions } from './rename-options.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'

interface DriftOptions extends SessionOptions, RenameOptions {
  readonly adopt?: readonly string[]
  readonly takeBack?: readonly string[]
  readonly ignore?: readonly string[]
  readonly message?: string
  /** False: the migration that adopts is not noted as applied, and dev is not touched. */
  readonly record?: boolean
  readonly yes?: boolean
}

/** @returns the exit code */
export async function runDrift(options: DriftOptions): Promise<number> {
  const session = await openSession('drift', options, 'finish')
  try {
    const { project, store, signal } = session
    const drift = await withLock(project, signal, store.emit, async () =>
      findDrift(project, await readModelSchema(project, store.emit, signal), signal),
    )
    await keepDrift(project, drift)
    const words = [options.adopt, options.takeBack, options.ignore].flatMap((list) => list ?? [])
    return words.length === 0 ? list(session, drift, options) : await settle(session, drift, options)
  } finally {
    await session.close()
  }
}

function list({ config }: Session, drift: Drift | null, { json }: DriftOptions): number {
  if (json === true) {
    const objects = drift?.objects.map(({ name, changes }) => ({ name, changes: changeDocuments(changes) })) ?? null
    return printJson({ drift: objects, ignored: drift?.ignored ?? [], stale: drift?.stale ?? [] }, null)
  }
  print(`${lines(config.dev.label, drift).join('\n')}\n`)
  return 0
}

function lines(label: string, drift: Drift | null): readonly string[] {
  if (drift === null) return [`Nothing can be said of ${label}: it is absent, or an applied migration has no file.`]
  const { objects, ignored, stale } = drift
  const [first] = objects
  return [
    ...(first === undefined
      ? [`${label} is what its migrations made.`]
      : [
          `${label} differs from its migrations`,
          ...objects.flatMap(({ name, lines: own }) => [`  ${name}`, ...own.map((line) => `      ${line}`)]),
          `devdb drift --adopt, --take-back or --ignore ${shellWord(first.name)}`,
        ]),
    ...(ignored.length > 0 ? [`${ignored.length} ignored in ${ignoredDriftName}`] : []),
    ...stale.map((line) => `ignored, but no longer true: ${line}`),
  ]
}

async function settle(session: Session, drift: Drift | null, options: DriftOptions): Promise<number> {
  const { engine, config } = session
  const objects = drift?.objects ?? []
  const [adopt, takeBack, ignore] = [options.adopt, options.takeBack, options.ignore].map((words = []) => [
    ...new Set(words.map((word) => nameOf(objects, word))),
  ]) as [string[], string[], string[]]
  const twice = [...adopt, ...takeBack, ...ignore].find((name, index, all) => all.indexOf(name) !== index)
  if (twice !== undefined)
    throw new DevdbError('usage', `${twice} cannot go two ways`, { hint: 'name it once: devdb drift --help' })
  const [yes, json] = [options.yes === true, options.json === true]
  let lost: readonly string[] = []
  let shown: readonly string[] = []
  if (takeBack.length > 0) {
    const trial = await engine.drifting.tryOut(takeBack)
    const problem = 'code' in trial ? trial : trial.problem
    if ('code' in trial || problem !== null) return endWith(json, documentOf(null, []), problem)
    ;({ lost, lines: shown } = trial)
    const text = describeWayBack(trial, config.dev.label)
    if (yes && !json) printError(`${text}\n`)
    const command = `devdb drift ${takeBack.map((name) => `--take-back ${shellWord(name)}`).join(' ')}`
    if (!(await confirm({ text, command, yes, json }))) return 0
  }
  const { message = null, record = true } = options
  const answers = {
    renames: options.renamed ?? [],
    tableRenames: options.renameTable ?? [],
    noRename: options.rename === false,
    underscored: options.underscored === true,
  }
  const report = await engine.drifting.settle({ adopt, takeBack, ignore, shown, message, answers, records: record })
  if (!json && report.file !== null) {
    const { file, adopted, proof } = report
    const results =
      proof.up === 'unproven'
        ? 'needs-edit: look for TODO; it is not noted as applied'
        : `up ${proof.up}, down ${proof.down}, up again ${proof.redo}`
    const note = adopted.length > 0 ? '; applied on dev already' : ''
    print(`${relative(process.cwd(), file)}  ${results}${note}\n`)
  }
  return endWith(json, documentOf(report, lost), report.problem)
}

function documentOf(report: DriftReport | null, lost: readonly string[]): Readonly<Record<string, unknown>> {
  const { adopted = [], takenBack = [], ignored = [], file = null, saved = null, proof = null } = report ?? {}
  return { adopted, takenBack, ignored, file, proof: file === null ? null : proof, lost, saved }
}

function nameOf(objects: readonly DriftObject[], word: string): string {
  const found = findDriftObject(objects, word)
  if ('object' in found) return found.object.name
  if ('matching' in found)
    throw new DevdbError('drift-ambiguous', `"${word}" is ${found.matching.join(' and ')}`, {
      hint: `say which: ${found.matching[0]}`,
    })
  throw new DevdbError('drift-unknown', `nothing named "${word}" differs in dev from its migrations`, {
    hint: found.nearest === null ? 'devdb drift' : `did you mean ${found.nearest}?`,
  })
}
