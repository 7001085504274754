/** How a step's command runs: in a process group of its own, watched, and ended with everything it started. */
import { basename } from 'node:path'
import { DevdbError, type ProblemParts } from '../error.ts'
import { supervise } from '../process/supervise.ts'
import type { RunStep, Step } from './step.ts'

/** Where and how a command runs. */
export interface CommandSetting {
  readonly cwd: string
  /** The whole environment; nothing is added to it. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  onLine(line: string): void
}

/**
 * Runs the command of a step until it has ended.
 * @throws DevdbError `step-failed`, `step-timeout`, `step-not-found`, or `interrupted` when the signal came
 */
export async function runCommand(step: RunStep, setting: CommandSetting): Promise<void> {
  // As much as Node itself takes to start, and only steps need it.
  const { execa } = await import('execa')
  const [file, ...list] = typeof step.run === 'string' ? [step.run] : step.run
  const child = execa(file ?? '', list, {
    shell: typeof step.run === 'string',
    cwd: setting.cwd,
    env: setting.env as Record<string, string>,
    extendEnv: false,
    preferLocal: true,
    localDir: setting.cwd,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    detached: process.platform !== 'win32',
    cleanup: process.platform === 'win32',
  })
  const supervised = supervise(child, child, setting)
  supervised.allow(step.timeoutMs)
  const result = await supervised.end()
  const { lastLines } = supervised.output
  if (setting.signal.aborted) throw new DevdbError('interrupted', `step ${step.name} was cancelled`)
  if (supervised.isLate()) throw stepTimeout(step, { details: lastLines })
  if (result.failed) throw failed(step, result, lastLines, setting.cwd)
}

interface Failure {
  readonly exitCode?: number
  readonly signal?: string
  readonly shortMessage?: string
  readonly originalMessage?: string
  readonly cause?: unknown
}

/** Shells say "not found" with exit code 127. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02 */
const notFound = 127

function failed(step: RunStep, failure: Failure, lines: readonly string[], cwd: string): DevdbError {
  const errno = (failure.cause as NodeJS.ErrnoException | undefined)?.code
  if (failure.exitCode === notFound || errno === 'ENOENT' || errno === 'EACCES') {
    const program = typeof step.run === 'string' ? step.run.split(/\s/)[0] : step.run[0]
    return new DevdbError('step-not-found', `step "${step.name}": ${basename(program ?? '')} cannot be started`, {
      hint: `check the command in ${cwd}: ${shown(step)}`,
      details: lines,
    })
  }
  const how = failure.signal === undefined ? `exit code ${failure.exitCode ?? 'unknown'}` : `signal ${failure.signal}`
  return new DevdbError('step-failed', `step "${step.name}" ended with ${how}`, {
    hint: `run it by hand: ${shown(step)}`,
    details: lines,
  })
}

/**
 * The Problem of a step that took too long.
 * @param step which
 * @param parts what is known besides
 */
export const stepTimeout = (step: Step, parts: ProblemParts): DevdbError =>
  new DevdbError('step-timeout', `step "${step.name}" took longer than ${step.timeoutMs} ms and was ended`, {
    ...parts,
    hint: `give it more time in the configuration: timeoutMs: ${step.timeoutMs * 2}`,
  })

const shown = (step: RunStep): string => (typeof step.run === 'string' ? step.run : step.run.join(' '))
