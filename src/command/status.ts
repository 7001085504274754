/** `devdb status`: the throwaway's state and where the dev database stands; changes nothing. */

import { findConfig } from '../config/find-config.ts'
import { readKnownDrift } from '../engine/known-drift.ts'
import { readThrowawayStatus } from '../engine/last-build.ts'
import { holderOf } from '../engine/lock.ts'
import { readNeeds } from '../engine/model-needs.ts'
import { notCompared } from '../engine/not-compared.ts'
import { lookAtProject } from '../engine/project.ts'
import { readConfig } from '../engine/read-config.ts'
import { readDevPosition } from '../engine/read-dev-board.ts'
import { findInterrupted } from '../engine/settle-last-change.ts'
import { describeInterrupted } from '../event/describe-interrupted.ts'
import type { DriftLines } from '../event/drift-fields.ts'
import type { Board } from '../event/event.ts'
import { formatWhen } from '../event/format-duration.ts'
import { createStore } from '../event/store.ts'
import { currentFolder } from '../process/current-folder.ts'
import { print } from './print.ts'
import { printChanges } from './print-changes.ts'
import { changeDocuments, printJson } from './print-result.ts'
import type { SessionOptions } from './session.ts'

interface StatusOptions extends SessionOptions {
  readonly fresh?: boolean
}

/** @returns the exit code */
export async function runStatus(options: StatusOptions): Promise<number> {
  const config = await readConfig(findConfig(currentFolder(), options.config ?? null))
  const project = lookAtProject(config, createStore(), 'devdb status', 0)
  const { state, builtAt } = await readThrowawayStatus(config, project.dialect)
  // Whoever holds the lock now may be about that change.
  const isBusy = holderOf(config.folder, 'work') !== null
  const interrupted = isBusy ? null : await findInterrupted(project)
  const { board } = await readDevPosition(project)
  const isCompared = config.builtFrom === 'models'
  const isKept = isCompared && state === 'ready'
  const changes =
    options.fresh === true
      ? await (await import('./fresh-needs.ts')).freshNeeds(options)
      : isKept
        ? readNeeds(project)
        : null
  const drift = await readKnownDrift(project).catch(() => null)
  const { url } = config.throwaway
  const known = changes === null ? 'unknown' : 'known'
  const models = { state: isCompared ? known : 'not-compared', changes: changeDocuments(changes ?? []) }
  if (options.json === true)
    return printJson(
      {
        throwaway: { state, url, builtAt },
        dev: { ...board, url: config.dev.url, interrupted },
        models,
        drift: driftDocument(drift),
      },
      null,
    )
  print(
    `Throwaway  ${config.throwaway.label}  ${state}${builtAt === null ? '' : `, built ${formatWhen(builtAt, Date.now())}`}\n`,
  )
  print(`${describeBoard(board)}\n`)
  if (interrupted !== null) print(`  ${describeInterrupted(interrupted, Date.now())}\n`)
  if (drift !== null && drift.length > 0) print(`${driftLines(drift).join('\n')}\n`)
  if (changes !== null && changes.length > 0) printChanges('Models need a migration', changes, '')
  if (!isCompared) print(`${notCompared}\n`)
  return 0
}

const driftDocument = (drift: readonly DriftLines[] | null) => ({
  state: drift === null ? 'unknown' : 'known',
  objects: (drift ?? []).map(({ name }) => name),
})

const driftLines = (drift: readonly DriftLines[]): readonly string[] => [
  'Dev differs from its migrations: devdb drift',
  ...drift.flatMap(({ lines }) => lines.map((line) => `  ${line}`)),
]

const signs = { applied: '●', pending: '○', missing: '!' } as const

function describeBoard({ url, exists, migrations }: Board): string {
  const counted = (state: string): number => migrations.filter((migration) => migration.state === state).length
  const missing = counted('missing') === 0 ? '' : `, ${counted('missing')} missing`
  const title = `Dev        ${url}  ${exists ? '' : 'absent, '}${counted('applied')} applied, ${counted('pending')} pending${missing}`
  const lines = migrations.map(({ name, state, outOfOrder, edited }) => {
    const change = edited === null ? '' : edited === 'real' ? '  edited since' : '  edited since, in its looks only'
    const remark = state === 'missing' ? '  applied, but its file is gone' : outOfOrder ? '  out of order' : change
    return `  ${signs[state]} ${name}${remark}`
  })
  return [title, ...lines].join('\n')
}
