/** `devdb rehearse [NAME]`: pending migrations up, down and up on a copy of dev, with what the data went through. */

import { pendingFiles } from '../engine/pending-files.ts'
import { rehearse } from '../engine/rehearse.ts'
import { withLock } from '../engine/with-lock.ts'
import type { Problem } from '../error.ts'
import { formatDuration } from '../event/format-duration.ts'
import { describeLoss, describeMergedOrder, type Rehearsed, type Stage } from '../event/rehearsal.ts'
import { formatProblem } from '../report/format-problem.ts'
import { print } from './print.ts'
import { printJson, problemDocument } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface RehearseOptions extends SessionOptions {
  readonly statements?: boolean
  readonly strict?: boolean
}

/** What `--strict` ends with when something is lost or found. */
const foundLosses = 3

/**
 * @param target as for `upgrade`
 * @returns the exit code
 */
export async function runRehearse(target: string, options: RehearseOptions): Promise<number> {
  const session = await openSession('rehearse', options, 'abort')
  try {
    const { project, store, signal } = session
    const onRehearsed = options.json === true ? () => undefined : (one: Rehearsed) => printRehearsed(one, options)
    const rehearsed = await withLock(project, signal, store.emit, async () =>
      rehearse(project, await pendingFiles(project, target, signal), signal, onRehearsed),
    )
    if (options.json === true) printJson({ migrations: rehearsed.map((one) => documentOf(one, options)) }, null)
    else if (rehearsed.length === 0) print('Nothing is pending: there is nothing to rehearse.\n')
    return exitCodeOf(rehearsed, options)
  } finally {
    await session.close()
  }
}

const stagesOf = ({ up, down, redo }: Rehearsed): readonly Stage[] => [up, down, redo]

function exitCodeOf(rehearsed: readonly Rehearsed[], { strict }: RehearseOptions): number {
  if (rehearsed.flatMap(stagesOf).some(({ result }) => result === 'failed')) return 1
  const isClean = rehearsed.every(
    ({ lost, lints, schemaRestored, down, mergedOrder }) =>
      lost.length + lints.length === 0 &&
      (mergedOrder?.result ?? 'same') === 'same' &&
      schemaRestored !== false &&
      down.result !== 'irreversible',
  )
  return strict === true && !isClean ? foundLosses : 0
}

function documentOf({ statements, ...one }: Rehearsed, options: RehearseOptions) {
  const stage = <Part extends { readonly problem: Problem | null }>({ problem, ...rest }: Part) => ({
    ...rest,
    problem: problem === null ? null : problemDocument(problem),
  })
  return {
    ...one,
    up: stage(one.up),
    down: stage(one.down),
    redo: stage(one.redo),
    mergedOrder: one.mergedOrder === null ? null : stage(one.mergedOrder),
    ...(options.statements === true ? { statements } : {}),
  }
}

const symbols = { ok: '✓', failed: '✗', irreversible: '–', skipped: '·' } as const

function printRehearsed(one: Rehearsed, options: RehearseOptions): void {
  const word = (name: string, { result, ms }: Stage): string =>
    `${name} ${symbols[result]}${result === 'ok' || result === 'failed' ? '' : ` ${result}`}${ms === null || result === 'irreversible' ? '' : ` ${formatDuration(ms)}`}`
  const problems = [
    ...new Map(stagesOf(one).flatMap(({ problem }) => (problem === null ? [] : [[problem.message, problem]]))).values(),
  ] as readonly Problem[]
  const lines = [
    `${one.name}  ${word('up', one.up)}  ${word('down', one.down)}  ${word('up again', one.redo)}`,
    ...problems
      .filter(({ code }) => code !== 'migration-irreversible')
      .flatMap((problem) => formatProblem(problem, process.cwd())),
    ...(one.schemaRestored === false
      ? ['down leaves another schema:', ...one.leftovers.map((line) => `  ${line}`)]
      : []),
    ...describeMergedOrder(one.mergedOrder),
    ...(one.mergedOrder?.result === 'same'
      ? ['out of order: in name order, as others get it, the schema is the same']
      : []),
    ...[...one.lost, ...(one.changed ?? [])].map(describeLoss),
    ...one.lints.map(({ code, message }) => `${message}  [${code}]`),
    ...(options.statements === true ? one.statements.map(({ direction, sql }) => `${direction}: ${sql}`) : []),
  ]
  print(`${lines.map((line, index) => (index === 0 ? line : `  ${line}`)).join('\n')}\n`)
}
