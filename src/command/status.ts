/** `devdb status`: the throwaway's state and where the dev database stands; changes nothing. */
import { findConfig } from '../config/find-config.ts'
import { importConfig } from '../config/import-config.ts'
import { readThrowawayStatus } from '../engine/last-build.ts'
import { openProject } from '../engine/project.ts'
import { readDevPosition } from '../engine/read-dev-board.ts'
import type { Board } from '../event/event.ts'
import { formatWhen } from '../event/format-duration.ts'
import { createStore } from '../event/store.ts'
import { printJson } from './print-result.ts'
import type { SessionOptions } from './session.ts'

/** @returns the exit code */
export async function runStatus(options: SessionOptions): Promise<number> {
  const config = await importConfig(findConfig(process.cwd(), options.config ?? null))
  const project = openProject(config, createStore(), 'devdb status', 0)
  const { state, builtAt } = await readThrowawayStatus(config, project.dialect)
  const { board } = await readDevPosition(project)
  const { url } = config.throwaway
  if (options.json === true)
    return printJson({ throwaway: { state, url, builtAt }, dev: { ...board, url: config.dev.url } }, null)
  process.stdout.write(
    `Throwaway  ${config.throwaway.label}  ${state}${builtAt === null ? '' : `, built ${formatWhen(builtAt, Date.now())}`}\n`,
  )
  process.stdout.write(`${describeBoard(board)}\n`)
  return 0
}

const signs = { applied: '●', pending: '○', missing: '!' } as const

function describeBoard({ url, exists, migrations }: Board): string {
  const counted = (state: string): number => migrations.filter((migration) => migration.state === state).length
  const title = `Dev        ${url}  ${exists ? '' : 'absent, '}${counted('applied')} applied, ${counted('pending')} pending`
  const lines = migrations.map(({ name, state, outOfOrder }) => {
    const remark = state === 'missing' ? '  applied, but its file is gone' : outOfOrder ? '  out of order' : ''
    return `  ${signs[state]} ${name}${remark}`
  })
  return [title, ...lines].join('\n')
}
