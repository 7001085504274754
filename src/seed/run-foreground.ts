/** How a command of somebody's runs in devdb's place: their terminal, their input and output, their signals, their exit code. */
import { constants } from 'node:os'
import { basename } from 'node:path'
import { DevdbError } from '../error.ts'

/** Where it runs. */
export interface Foreground {
  readonly cwd: string
  /** The whole environment; nothing is added to it but the project's own executables on the path. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a terminal sends by itself to everything in its foreground. */
const ofTerminal = ['SIGINT', 'SIGQUIT'] as const

/** What others send to one process; it goes on to the command. */
const ofOthers = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

/**
 * Runs a command until it has ended. Signals that come here go to it; without a terminal Ctrl-C's, too.
 * @param words the program and its arguments; no shell reads them
 * @returns its exit code; 128 and the signal's number where a signal ended it, as shells count
 * @throws DevdbError `command-not-found`
 */
export async function runForeground(words: readonly string[], { cwd, env }: Foreground): Promise<number> {
  const { execa } = await import('execa')
  const [program = '', ...list] = words
  const child = execa(program, list, {
    cwd,
    env: env as Record<string, string>,
    extendEnv: false,
    preferLocal: true,
    localDir: cwd,
    stdio: 'inherit',
    reject: false,
    cleanup: false,
  })
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
  // A listener keeps devdb from ending before its command has.
  const listeners = [
    ...ofOthers.map((signal) => [signal, pass] as const),
    ...ofTerminal.map((signal) => [signal, hasTerminal ? () => undefined : pass] as const),
  ]
  for (const [signal, listener] of listeners) process.on(signal, listener)
  try {
    const result = await child
    const errno = (result.cause as NodeJS.ErrnoException | undefined)?.code
    if (errno !== undefined && result.exitCode === undefined && result.signal === undefined) throw absent(words, errno)
    if (result.signal !== undefined) return 128 + constants.signals[result.signal as NodeJS.Signals]
    return result.exitCode ?? 1
  } finally {
    for (const [signal, listener] of listeners) process.off(signal, listener)
  }
}

function absent([program = '', ...rest]: readonly string[], errno: string): DevdbError {
  const reason = errno === 'ENOENT' ? 'there is no such program' : `it cannot be started (${errno})`
  // A whole line in quotes is what a shell would read.
  const isLine = rest.length === 0 && /\s/.test(program)
  return new DevdbError('command-not-found', `${basename(program) || 'the command'}: ${reason}`, {
    hint: isLine
      ? `devdb exec -- sh -c '${program.replaceAll("'", "'\\''")}'`
      : program.includes('/')
        ? `ls -l ${program}`
        : `look whether it is installed, and whether PATH has its folder; what is in node_modules/.bin starts with: devdb exec -- npx ${program}`,
  })
}
