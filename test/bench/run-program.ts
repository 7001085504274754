/** A program that is run to its end, and timed. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

/** How a program runs. */
export interface ProgramSetting {
  readonly cwd: string
  /** A file for its standard input. */
  readonly input?: string
}

/** What came of it. */
export interface Ended {
  readonly ms: number
  readonly stdout: string
}

/**
 * Runs a program.
 * @returns how long it took from its start to its end, in milliseconds, and what it printed
 * @throws Error when it fails
 */
export async function runProgram(words: readonly string[], { cwd, input }: ProgramSetting): Promise<Ended> {
  const [program = '', ...rest] = words
  const descriptor = input === undefined ? null : openSync(input, 'r')
  try {
    const startedAt = performance.now()
    const child = spawn(program, rest, {
      cwd,
      env: cleanEnvironment(),
      stdio: [descriptor ?? 'ignore', 'pipe', 'pipe'],
    })
    const said = { stdout: '', stderr: '' }
    child.stdout?.on('data', (chunk) => (said.stdout += chunk))
    child.stderr?.on('data', (chunk) => (said.stderr += chunk))
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
    const ms = performance.now() - startedAt
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${said.stdout}${said.stderr}`)
    return { ms, stdout: said.stdout }
  } finally {
    if (descriptor !== null) closeSync(descriptor)
  }
}

/** As in a terminal: without what npm and the loader of the bench itself have set. */
export const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|NODE_ENV$|TSX_)/.test(name)))
