/** `devdb doctor`: look at all that devdb needs, one line each, and say what to do. */

import type { Config } from '../config/config.ts'
import { findConfig } from '../config/find-config.ts'
import { checkProject } from '../engine/check-project.ts'
import {
  checkEnvironment,
  checkFolder,
  checkGit,
  checkLocks,
  checkNode,
  checkPackages,
} from '../engine/check-surroundings.ts'
import { checkTracked } from '../engine/check-tracked.ts'
import { type Check, failed, ok } from '../engine/diagnosis.ts'
import { openProject } from '../engine/project.ts'
import { readConfig } from '../engine/read-config.ts'
import { toProblem } from '../error.ts'
import { createStore } from '../event/store.ts'
import { currentFolder } from '../process/current-folder.ts'
import { findInstaller } from '../process/find-installer.ts'
import { stopOnSignal } from '../process/stop-on-signal.ts'
import { print } from './print.ts'
import { printJson } from './print-result.ts'
import type { SessionOptions } from './session.ts'

/** How long it waits for another devdb, in milliseconds. */
const lockWaitMs = 10_000

const signs = { ok: '✓', attention: '!', failed: '✗' } as const

/** @returns the exit code: 1 when a check failed */
export async function runDoctor(options: SessionOptions): Promise<number> {
  const stop = new AbortController()
  const forgetSignals = stopOnSignal(stop)
  const checks: Check[] = []
  const tell = (found: readonly Check[]): void => {
    checks.push(...found)
    if (options.json !== true) print(found.map((check) => `${lineOf(check)}\n`).join(''))
  }
  try {
    tell([checkNode()])
    const config = await load(options, tell)
    if (config !== null) await look(config, tell, stop.signal)
    if (options.json === true) printJson({ checks }, null)
    return checks.some(({ state }) => state === 'failed') ? 1 : 0
  } finally {
    forgetSignals()
  }
}

async function load(options: SessionOptions, tell: (found: readonly Check[]) => void): Promise<Config | null> {
  try {
    const config = await readConfig(findConfig(currentFolder(), options.config ?? null))
    tell([ok('configuration', config.file)])
    return config
  } catch (error) {
    tell([failed('configuration', toProblem(error))])
    return null
  }
}

async function look(config: Config, tell: (found: readonly Check[]) => void, signal: AbortSignal): Promise<void> {
  const { install } = findInstaller(config.root)
  const packages = await checkPackages(config, install)
  const folder = await checkFolder(config)
  const tracked = await checkTracked(config, signal)
  const git = [checkGit(config.root), ...(tracked === null ? [] : [tracked])]
  tell([...packages, folder, checkLocks(config), ...git, checkEnvironment(config)])
  if ([...packages, folder].some(({ state }) => state === 'failed')) return
  tell(await checkProject(openProject(config, createStore(), 'devdb doctor', lockWaitMs), signal))
}

const lineOf = ({ name, state, message, hint }: Check): string =>
  `${signs[state]} ${name.padEnd(13)} ${message}${hint === null ? '' : `\n  ${' '.repeat(13)} → ${hint}`}`
