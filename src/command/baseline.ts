/** `devdb baseline`: write the SQL file from which replays start, for migrations that do not start from an empty database. */

import { existsSync, realpathSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Project } from '../engine/project.ts'
import { withLock } from '../engine/with-lock.ts'
import { type BaselineReport, writeBaseline } from '../engine/write-baseline.ts'
import { DevdbError } from '../error.ts'
import { isMigration } from '../migration/migration-folder.ts'
import { confirm } from './confirm.ts'
import { print } from './print.ts'
import { printJson } from './print-result.ts'
import { openSession, type SessionOptions } from './session.ts'

interface BaselineOptions extends SessionOptions {
  readonly out?: string
  readonly yes?: boolean
}

/** Where it goes when nothing says otherwise, beside the configuration. */
const defaultName = 'devdb.baseline.sql'

/** @returns the exit code */
export async function runBaseline(options: BaselineOptions): Promise<number> {
  const session = await openSession('baseline', options, 'abort')
  try {
    const { project, store, signal, config } = session
    const json = options.json === true
    const file = fileOf(project, options.out)
    const overwrites = existsSync(file)
    const shown = relative(process.cwd(), file)
    const out = options.out === undefined ? '' : ` --out ${options.out}`
    const question = { text: `${shown} is there already and will be replaced`, command: `devdb baseline${out}` }
    if (overwrites && !(await confirm({ ...question, yes: options.yes === true, json }))) return 0
    const wish = { file, overwrites }
    const report = await withLock(project, signal, store.emit, () => writeBaseline(project, wish, signal))
    if (json) return printJson({ ...report }, null)
    print(`${linesOf(config, shown, report).join('\n')}\n`)
    return 0
  } finally {
    await session.close()
  }
}

function fileOf({ config, dialect }: Project, out: string | undefined): string {
  const { root, baseline, migrations, dev, throwaway } = config
  const file = out === undefined ? (baseline?.sql ?? join(root, defaultName)) : resolve(out)
  const taken = new Set([...dialect.filesOf(dev), ...dialect.filesOf(throwaway), ...config.files])
  const fault = isMigration(migrations, file)
    ? 'would be a migration itself there'
    : taken.has(existsSync(file) ? realpathSync(file) : file)
      ? 'is no place for a baseline'
      : null
  if (fault === null) return file
  throw new DevdbError('usage', `${basename(file)} ${fault}`, { file, hint: `devdb baseline --out ${defaultName}` })
}

function linesOf(config: Config, shown: string, { file, names, tables }: BaselineReport): readonly string[] {
  const counts = `${tables} table${tables === 1 ? '' : 's'}, ${names.length} migration${names.length === 1 ? '' : 's'}`
  const written = `${shown}  ${counts}`
  if (config.baseline?.sql === file) return [written]
  const inside = relative(config.root, file)
  const path = JSON.stringify(inside.startsWith('..') ? inside : `./${inside}`)
  const line = config.file.endsWith('.json') ? `"baseline": ${path},` : `baseline: '${path.slice(1, -1)}',`
  return [written, `add to ${relative(process.cwd(), config.file)}:  ${line}`]
}
